import Dispatch

/// One thread for work that waits for a disk, kept off Swift's cooperative pool: an actor that reads files names it as
/// its executor.
///
/// Jobs run one after the other, so a slow disk delays the other readers and nobody else. The queue needs no limit of
/// its own: every actor waits for its answer before it asks again, so it holds at most one job for each reader.
package final class FileExecutor: SerialExecutor {
    private let queue: DispatchQueue

    /// - Parameter label: shown in debuggers.
    package init(label: String) { queue = DispatchQueue(label: label) }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    /// Runs blocking work later, for callers that do not wait for it.
    package func perform(_ work: @escaping @Sendable () -> Void) { queue.async(execute: work) }
}
