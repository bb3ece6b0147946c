import Synchronization

/// A world in which time stands still until a test moves it, and everything runs on one thread in a fixed order.
///
/// Tasks started with `start` and all their children use the simulation as their executor, actors included, so "nothing
/// is left to do" is a fact and not a guess: whole conversations are tested without sleeping and without races.
/// Code that waits for real threads or sockets does not belong in a simulation.
public final class Simulation: TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var now = Duration.zero
        var nextSleeper = 0
        var sleepers: [Sleeper] = []
        var tasks: [Task<Void, Never>] = []
    }

    private struct Sleeper {
        let id: Int
        let deadline: Duration
        let continuation: CheckedContinuation<Void, any Error>
    }

    private let state = Mutex(State())

    public init() {}

    /// Time since the simulation began.
    public var now: Duration { state.withLock { $0.now } }

    /// A clock that shows simulated time; hand it to the code under test.
    public var clock: SimulatedClock { SimulatedClock(simulation: self) }

    /// Starts work in the simulated world. It makes its first step with the next `advance` or `settle`.
    public func start(_ work: @escaping @Sendable () async -> Void) {
        // The simulation owns the task: `stop` cancels it.
        let task = Task(executorPreference: self) { await work() }
        state.withLock { $0.tasks.append(task) }
    }

    /// Cancels everything that was started and lets it unwind.
    public func stop() {
        for task in state.withLock({ $0.tasks }) { task.cancel() }
        settle()
    }

    /// Runs until nothing can go on without time passing.
    public func settle() {
        while let job = state.withLock({ $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }) {
            job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }

    /// Lets time pass, waking each sleeper at its own moment.
    public func advance(by duration: Duration) {
        settle()
        let target = now + duration
        while let sleeper = popSleeper(until: target) {
            sleeper.continuation.resume()
            settle()
        }
        state.withLock { $0.now = target }
        settle()
    }

    /// Lets time pass in steps of `step` until `condition` holds.
    ///
    /// - Returns: whether it held before `limit` had passed.
    @discardableResult
    public func advance(
        upTo limit: Duration, step: Duration = .milliseconds(5), until condition: () -> Bool
    ) -> Bool {
        settle()
        let end = now + limit
        while !condition() {
            guard now < end else { return false }
            advance(by: step)
        }
        return true
    }

    private func popSleeper(until target: Duration) -> Sleeper? {
        state.withLock { state in
            guard
                let index = state.sleepers.indices.min(by: {
                    (state.sleepers[$0].deadline, state.sleepers[$0].id)
                        < (state.sleepers[$1].deadline, state.sleepers[$1].id)
                }), state.sleepers[index].deadline <= target
            else { return nil }
            let sleeper = state.sleepers.remove(at: index)
            state.now = max(state.now, sleeper.deadline)
            return sleeper
        }
    }

    func sleep(until deadline: Duration) async throws {
        let id = state.withLock { state in
            state.nextSleeper += 1
            return state.nextSleeper
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let isCancelled = Task.isCancelled
                let isDue = state.withLock { state in
                    if isCancelled || deadline <= state.now { return true }
                    state.sleepers.append(Sleeper(id: id, deadline: deadline, continuation: continuation))
                    return false
                }
                if isCancelled {
                    continuation.resume(throwing: CancellationError())
                } else if isDue {
                    continuation.resume()
                }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else { return nil }
                return state.sleepers.remove(at: index)
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
    }
}
