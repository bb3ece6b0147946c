import Synchronization

/// The generation that is served now. Set by the reloader, read by pages, metrics and the keyboard.
final class CurrentGeneration: Sendable {
    private let state: Mutex<Generation>

    init(_ first: Generation) { state = Mutex(first) }

    var value: Generation { state.withLock { $0 } }

    func replace(with next: Generation) { state.withLock { $0 = next } }
}
