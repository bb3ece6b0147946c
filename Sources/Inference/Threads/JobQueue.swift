import Dispatch
import Synchronization

/// The bounded queue between a pool and its threads. Threads hold the queue, not the pool.
final class JobQueue: Sendable {
    private let state: Mutex<State>
    private let bell = DispatchSemaphore(value: 0)

    /// Why a job was not taken.
    enum Refusal {
        case full, closed
    }

    private struct State {
        var jobs: RingBuffer<any PoolJob>
        var sleepers = 0
        var isClosed = false
    }

    init(capacity: Int) {
        state = Mutex(State(jobs: RingBuffer(capacity: capacity)))
    }

    /// Jobs that wait.
    var depth: Int { state.withLock { $0.jobs.count } }

    /// Queues a job and wakes a thread; returns why not, when not.
    func push(_ job: any PoolJob) -> Refusal? {
        let (refusal, wake): (Refusal?, Bool) = state.withLock { state in
            if state.isClosed { return (.closed, false) }
            guard state.jobs.append(job) else { return (.full, false) }
            guard state.sleepers > 0 else { return (nil, false) }
            state.sleepers -= 1
            return (nil, true)
        }
        if wake { bell.signal() }
        return refusal
    }

    /// Takes a job out of the queue before it runs, so that it no longer counts.
    func remove(_ job: any PoolJob) {
        _ = state.withLock { $0.jobs.removeFirst { $0 === job } }
    }

    /// Refuses new jobs and gives the waiting ones back.
    ///
    /// - Parameter threads: how many threads to wake for the last time.
    func close(threads: Int) -> [any PoolJob] {
        let waiting = state.withLock { state in
            state.isClosed = true
            return state.jobs.removeAll()
        }
        for _ in 0..<threads { bell.signal() }
        return waiting
    }

    /// A thread's life: runs jobs until the queue is closed.
    func work() {
        while true {
            let (job, isClosed): ((any PoolJob)?, Bool) = state.withLock { state in
                let job = state.jobs.popFirst()
                if job == nil { state.sleepers += 1 }
                return (job, state.isClosed)
            }
            if isClosed { return }
            if let job { job.perform() } else { bell.wait() }
        }
    }
}
