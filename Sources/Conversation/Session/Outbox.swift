/// What waits to be written to the device, in order. Posting never suspends, so a state change and its message are one
/// step; a single writer task empties it.
///
/// Bounded in frames. When a device stops reading, the limit is reached within seconds and the session ends: a person
/// cannot hear a device that does not read.
final class Outbox: Sendable {
    private let queue: BoundedQueue<DeviceFrame>
    private let connection: any DeviceConnection
    /// Opens when the device does not take what it is sent.
    let isStuck = Latch()

    /// - Parameter limit: frames waiting at most; at one frame per 60 ms the default is some eight seconds.
    init(connection: any DeviceConnection, limit: Int = 128) {
        queue = BoundedQueue(limit: limit)
        self.connection = connection
    }

    var depth: Int { queue.depth }

    func post(_ frame: DeviceFrame) {
        if !queue.offer(frame) { isStuck.open() }
    }

    /// Drops audio that has not left yet: the first thing an interruption does.
    func dropAudio() {
        queue.removeAll { if case .binary = $0 { true } else { false } }
    }

    func finish() { queue.finish() }

    /// Writes until the session ends or the connection is gone.
    func run() async {
        for await frame in queue {
            do {
                try await connection.send(frame)
            } catch {
                isStuck.open()
                return
            }
        }
    }
}
