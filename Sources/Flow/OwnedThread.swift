import Glibc

/// A thread of our own for work that blocks: model runs and C recognizers, which must never sit on Swift's
/// cooperative pool.
///
/// Started by `init`, ended by its body returning, and waited for by `join()`.
package struct OwnedThread: Sendable {
    private let handle: pthread_t

    /// - Parameter body: runs once on the new thread.
    /// - Returns: nil when the machine gives no more threads.
    package init?(body: @escaping @Sendable () -> Void) {
        let start = Unmanaged.passRetained(Start(body))
        var handle = pthread_t()
        let failure = pthread_create(
            &handle, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, start.toOpaque())
        guard failure == 0 else {
            start.release()
            return nil
        }
        self.handle = handle
    }

    /// Waits until the body returned. Call once, and not from the thread itself.
    package func join() {
        pthread_join(handle, nil)
    }

    private final class Start: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}
