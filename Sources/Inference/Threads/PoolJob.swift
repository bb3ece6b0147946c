import Synchronization
import VoiceAPI

/// A job of any result, as the pool's threads see it.
protocol PoolJob: AnyObject, Sendable {
    /// Runs on a pool thread.
    func perform()
    /// Resumes the waiting task with an error, unless it was resumed before.
    func abandon(_ error: ProviderError)
}

/// One call of `WorkerPool.run`: the work and the task that waits, resumed exactly once by whoever comes first, the
/// result or the cancellation.
final class WaitingJob<Value: Sendable>: PoolJob {
    let cancellation = CancellationCheck()
    private let provider: String
    private let work: @Sendable (CancellationCheck) throws -> Value
    private let waiter = Mutex<CheckedContinuation<Result<Value, ProviderError>, Never>?>(nil)

    init(provider: String, work: @escaping @Sendable (CancellationCheck) throws -> Value) {
        self.provider = provider
        self.work = work
    }

    /// Set before the job is queued, so before anybody can resume it.
    func wait(with continuation: CheckedContinuation<Result<Value, ProviderError>, Never>) {
        waiter.withLock { $0 = continuation }
    }

    func perform() {
        guard !cancellation.isCancelled else { return }
        let result: Result<Value, ProviderError>
        do {
            result = .success(try work(cancellation))
        } catch let error as ProviderError {
            result = .failure(error)
        } catch {
            result = .failure(
                ProviderError(.unavailable, provider: provider, message: "a blocking call failed", cause: error))
        }
        resume(result)
    }

    func abandon(_ error: ProviderError) {
        cancellation.cancel()
        resume(.failure(error))
    }

    private func resume(_ result: Result<Value, ProviderError>) {
        let continuation = waiter.withLock { waiter in
            defer { waiter = nil }
            return waiter
        }
        continuation?.resume(returning: result)
    }
}
