import Synchronization

/// The queues of this server, for whoever shows them. Parts that are made late add theirs late.
final class QueueBoard: Sendable {
    private struct Reader {
        let read: @Sendable () -> [(queue: String, depth: Int)]
    }
    private let readers = Mutex<[Reader]>([])

    /// - Parameter read: gives queues by name and what waits in each, asked when somebody looks; must not block.
    func add(_ read: @escaping @Sendable () -> [(queue: String, depth: Int)]) {
        readers.withLock { $0.append(Reader(read: read)) }
    }

    /// What waits now, in the order in which the parts came.
    var depths: [(queue: String, depth: Int)] { readers.withLock { $0 }.flatMap { $0.read() } }
}
