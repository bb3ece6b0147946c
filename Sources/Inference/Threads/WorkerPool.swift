import Flow
import Synchronization
public import VoiceAPI

/// A few threads of our own for C calls that block: recognizers, never the cooperative pool.
///
/// Made once per process and shared by the recognizers. Its queue is bounded; a caller whose task is cancelled goes
/// on at once, while the C call it started ends in its own time and its late result is dropped.
public final class WorkerPool: Sendable {
    /// The name that errors carry.
    public let name: String
    /// Threads, so the number of blocking calls at a time.
    public let threads: Int
    private let queue: JobQueue
    private let queueLimit: Int
    private let running = Mutex<[OwnedThread]>([])

    /// - Parameters:
    ///   - threads: at least 1; 5 as the architecture says.
    ///   - queueLimit: jobs that may wait before `.overloaded`.
    /// - Throws: `.unavailable` when the machine gives no threads.
    public init(threads: Int = 5, queueLimit: Int = 64, name: String = "WorkerPool") throws(ProviderError) {
        self.name = name
        self.threads = max(1, threads)
        self.queueLimit = max(1, queueLimit)
        let queue = JobQueue(capacity: self.queueLimit)
        self.queue = queue
        for _ in 0..<self.threads {
            guard let thread = OwnedThread(body: { queue.work() }) else {
                shutdown()
                throw ProviderError(.unavailable, provider: name, message: "the machine gives no more threads")
            }
            running.withLock { $0.append(thread) }
        }
    }

    deinit {
        shutdown()
    }

    /// Jobs that wait for a thread now.
    public var depth: Int { queue.depth }

    /// Runs `work` on one of the threads.
    ///
    /// - Parameter work: may block; asks its argument between pieces whether to stop.
    /// - Throws: what `work` throws; `.overloaded` when the queue is full; `.cancelled` as soon as the calling task
    ///   is cancelled, even while `work` still runs; `.unavailable` after `shutdown()`.
    public func run<Value: Sendable>(
        _ work: @escaping @Sendable (CancellationCheck) throws -> Value
    ) async throws(ProviderError) -> Value {
        let job = WaitingJob(provider: name, work: work)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                job.wait(with: continuation)
                if let refusal = queue.push(job) { job.abandon(error(for: refusal)) }
                // The handler may have run before there was anything to resume.
                if Task.isCancelled { cancel(job) }
            }
        } onCancel: {
            cancel(job)
        }
        return try result.get()
    }

    /// Ends the threads: waiting jobs fail with `.unavailable`, running ones see their cancellation flag only if
    /// their task is cancelled, so this blocks until they return. Calling it again does nothing.
    public func shutdown() {
        let threads = running.withLock { running in
            defer { running = [] }
            return running
        }
        for job in queue.close(threads: threads.count) { job.abandon(error(for: .closed)) }
        for thread in threads { thread.join() }
    }

    private func cancel(_ job: any PoolJob) {
        queue.remove(job)
        job.abandon(ProviderError(.cancelled, provider: name, message: "the turn is gone"))
    }

    private func error(for refusal: JobQueue.Refusal) -> ProviderError {
        switch refusal {
        case .full:
            ProviderError(.overloaded, provider: name, message: "more than \(queueLimit) blocking calls wait")
        case .closed:
            ProviderError(.unavailable, provider: name, message: "the worker threads are shut down")
        }
    }
}
