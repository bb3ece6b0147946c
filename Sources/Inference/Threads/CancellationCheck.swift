public import VoiceAPI
import Synchronization

/// What a blocking job asks between two pieces of its work: does anybody still wait for me?
public final class CancellationCheck: Sendable {
    private let flag = Atomic(false)

    init() {}

    /// True once the waiting task is cancelled or the pool is shut down.
    public var isCancelled: Bool { flag.load(ordering: .acquiring) }

    /// - Throws: `.cancelled` once nobody waits any more.
    public func check(provider: String) throws(ProviderError) {
        if isCancelled { throw ProviderError(.cancelled, provider: provider, message: "the turn is gone") }
    }

    func cancel() {
        flag.store(true, ordering: .releasing)
    }
}
