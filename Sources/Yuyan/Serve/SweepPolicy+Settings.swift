import Conversation
import Settings

extension SweepPolicy {
    /// As the owner wants it (`server.limits`).
    init(_ limits: LimitSettings) {
        self.init()
        memory = limits.memoryMegabytes << 20
        queuedAudio = limits.queuedAudio
        busyShare = limits.cpuShare
    }
}
