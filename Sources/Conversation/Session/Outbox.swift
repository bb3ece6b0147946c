import Flow
/// What waits to be written to the device, in order. Posting never suspends, so a state change and its message are one
/// step; a single writer task empties it.
///
/// Bounded in frames. When a device stops reading, the limit is reached within seconds and the session ends: a person
/// cannot hear a device that does not read.
final class Outbox: Sendable {
    private enum Item: Sendable {
        case frame(DeviceFrame)
        /// Opens when everything before it has been written.
        case mark(Latch)
    }

    private let queue: BoundedQueue<Item>
    private let connection: any DeviceConnection
    /// Opens when the device does not take what it is sent.
    let isStuck = Latch()

    /// - Parameter limit: frames waiting at most; at one frame per 60 ms the default is some eight seconds.
    init(connection: any DeviceConnection, limit: Int = 128) {
        queue = BoundedQueue(limit: limit)
        self.connection = connection
    }

    func post(_ frame: DeviceFrame) {
        if !queue.offer(.frame(frame)) { isStuck.open() }
    }

    /// Drops audio that has not left yet: the first thing an interruption does.
    func dropAudio() {
        queue.removeAll { if case .frame(.binary) = $0 { true } else { false } }
    }

    /// Waits until what was posted has been written, at most for `limit`: a connection is closed only after its last
    /// message.
    func flush(within limit: Duration, clock: SessionClock) async {
        let mark = Latch()
        guard queue.offer(.mark(mark), weight: 0) else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await mark.wait() }
            group.addTask { try? await clock.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Frames waiting to be written.
    var depth: Int { queue.depth }

    func finish() { queue.finish() }

    /// Writes until the session ends or the connection is gone.
    func run() async {
        for await item in queue {
            switch item {
            case .mark(let latch): latch.open()
            case .frame(let frame):
                do {
                    try await connection.send(frame)
                } catch {
                    isStuck.open()
                    return
                }
            }
        }
    }
}
