import Conversation
import Settings
import Testing

@testable import Yuyan

@Suite struct SweepLimitsTests {
    @Test func `the sweeper holds sessions to what the owner configured`() {
        var limits = LimitSettings()
        #expect(SweepPolicy(limits) == SweepPolicy())
        limits.memoryMegabytes = 5
        limits.queuedAudio = 10
        limits.cpuShare = 0.25
        let policy = SweepPolicy(limits)
        #expect(policy.memory == 5 * 1024 * 1024)
        #expect(policy.queuedAudio == 10)
        #expect(policy.busyShare == 0.25)
        #expect(policy.silence == SweepPolicy().silence)
    }
}
