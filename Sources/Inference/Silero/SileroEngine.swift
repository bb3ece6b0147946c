import Dispatch
import Flow
import Glibc
import Synchronization
import VoiceAPI

/// The queue of waiting windows and the threads that empty it.
final class SileroEngine: Sendable {
    let name: String
    private let model: SileroModel
    private let waiting: Mutex<Waiting>
    private let start = ContinuousClock.now
    /// Counts the moments at which a sleeping thread should look again.
    private let bell = DispatchSemaphore(value: 0)
    private let threads = Mutex<[OwnedThread]>([])
    /// For a window that is alone: its caller runs it.
    private let lone = Mutex(SileroBatch())
    private let streams = Atomic<Int>(0)
    private let onRun: (@Sendable (Duration) -> Void)?

    private struct Waiting {
        var windows: RingBuffer<Window>
        var sleepers = 0
        var threads = 0
        var isShutDown = false
        var gathering = GatheringPolicy()

        /// Nothing waits, nothing runs and nothing much is to be expected.
        var isIdle: Bool {
            windows.count == 0 && threads > 0 && sleepers == threads && !isShutDown && !gathering.isGathering
        }
    }

    /// A window with the state it belongs to and the task that waits for it.
    private struct Window {
        let state: SileroState
        let samples: [Int16]
        let waiter: CheckedContinuation<Result<Float, ProviderError>, Never>
    }

    /// - Parameter onRun: gets the time of each run of the model, on the thread that ran it.
    init(model: SileroModel, name: String, queueLimit: Int, onRun: (@Sendable (Duration) -> Void)? = nil) {
        self.model = model
        self.name = name
        self.onRun = onRun
        waiting = Mutex(Waiting(windows: RingBuffer(capacity: queueLimit)))
    }

    /// - Throws: `.unavailable` when the machine gives no thread.
    func start(threads count: Int) throws(ProviderError) {
        for _ in 0..<count {
            // The thread holds the engine until `shutdown`, which the detector's `deinit` calls at the latest.
            guard let thread = OwnedThread(body: { self.work() }) else {
                shutdown()
                throw ProviderError(.unavailable, provider: name, message: "the machine gives no more threads")
            }
            threads.withLock { $0.append(thread) }
            waiting.withLock { $0.threads += 1 }
        }
    }

    func shutdown() {
        let abandoned = waiting.withLock { waiting in
            waiting.isShutDown = true
            return waiting.windows.removeAll()
        }
        let running = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        for _ in running { bell.signal() }
        for thread in running { thread.join() }
        for window in abandoned { window.waiter.resume(returning: .failure(stopped)) }
    }

    /// Windows that wait.
    var depth: Int { waiting.withLock { $0.windows.count } }

    /// A stream begins.
    func open() { streams.wrappingAdd(1, ordering: .relaxed) }

    /// A stream is gone.
    func close() { streams.wrappingSubtract(1, ordering: .relaxed) }

    /// Called by a stream, one window at a time per state.
    ///
    /// A cancelled task leaves the queue at once. A window that already runs is waited for, at most a batch long,
    /// because its engine thread still writes into the state.
    func run(_ samples: [Int16], for state: SileroState) async throws(ProviderError) -> Float {
        if let result = runAlone(samples, for: state) { return try result.get() }
        let result: Result<Float, ProviderError> = await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                enqueue(Window(state: state, samples: samples, waiter: waiter))
                // The handler may have run before the window was in the queue.
                if Task.isCancelled { cancel(state) }
            }
        } onCancel: {
            cancel(state)
        }
        return try result.get()
    }

    /// Runs a window at once on the caller's thread when the engine is idle: two hand-offs between threads cost as much
    /// as the model, which computes for 0.03 ms and waits for nothing. Whatever comes meanwhile goes to the engine's
    /// threads and makes a batch, so under load this way is seldom taken.
    ///
    /// - Returns: nil when the window must wait like all others.
    private func runAlone(_ samples: [Int16], for state: SileroState) -> Result<Float, ProviderError>? {
        let now = start.duration(to: .now)
        let streams = streams.load(ordering: .relaxed)
        let isIdle = waiting.withLock { waiting in
            waiting.gathering.arrived(at: now, streams: streams)
            return waiting.isIdle
        }
        guard !Task.isCancelled, isIdle else { return nil }
        return lone.withLockIfAvailable { batch in
            state.load(samples, into: batch, row: 0)
            run(batch, rows: 1)
            state.store(from: batch, row: 0)
            return .success(batch.output[0])
        }
    }

    private func enqueue(_ window: Window) {
        let (refusal, wake): (ProviderError?, Bool) = waiting.withLock { waiting in
            if waiting.isShutDown { return (stopped, false) }
            guard waiting.windows.append(window) else {
                let message = "more than \(waiting.windows.capacity) windows wait for the voice activity engine"
                return (ProviderError(.overloaded, provider: name, message: message), false)
            }
            guard waiting.sleepers > 0 else { return (nil, false) }
            waiting.sleepers -= 1
            return (nil, true)
        }
        if wake { bell.signal() }
        if let refusal { window.waiter.resume(returning: .failure(refusal)) }
    }

    private func cancel(_ state: SileroState) {
        let window = waiting.withLock { $0.windows.removeFirst { $0.state === state } }
        let reason = ProviderError(.cancelled, provider: name, message: "the session no longer listens")
        window?.waiter.resume(returning: .failure(reason))
    }

    private var stopped: ProviderError {
        ProviderError(.unavailable, provider: name, message: "the voice activity engine is shut down")
    }

    private func run(_ batch: borrowing SileroBatch, rows: Int) {
        guard let onRun else { return model.run(batch, count: rows) }
        let began = ContinuousClock.now
        model.run(batch, count: rows)
        onRun(began.duration(to: .now))
    }

    // MARK: - On an engine thread

    private func work() {
        let batch = SileroBatch()
        var windows: [Window] = []
        windows.reserveCapacity(SileroBatch.capacity)
        while take(&windows) {
            run(windows, in: batch)
            windows.removeAll(keepingCapacity: true)
        }
    }

    /// Takes what waits, sleeping while nothing does; false when the engine is shut down.
    private func take(_ windows: inout [Window]) -> Bool {
        var naps = 0
        while true {
            let (mayContinue, isGathering) = waiting.withLock { waiting in
                if waiting.isShutDown && windows.isEmpty { return (false, false) }
                while windows.count < SileroBatch.capacity, let window = waiting.windows.popFirst() {
                    windows.append(window)
                }
                if windows.isEmpty { waiting.sleepers += 1 }
                return (true, waiting.gathering.isGathering)
            }
            guard mayContinue else { return false }
            if windows.isEmpty {
                bell.wait()
            } else if naps < GatheringPolicy.naps, isGathering, windows.count < SileroBatch.capacity {
                // Nobody needs to wake this thread meanwhile; that is half of what is saved.
                usleep(Self.nap)
                naps += 1
            } else {
                return true
            }
        }
    }

    /// In microseconds.
    private static let nap = UInt32(GatheringPolicy.nap / .microseconds(1))

    private func run(_ windows: [Window], in batch: borrowing SileroBatch) {
        let rows = windows.count
        for row in 0..<rows { windows[row].state.load(windows[row].samples, into: batch, row: row) }
        run(batch, rows: rows)
        for row in 0..<rows {
            windows[row].state.store(from: batch, row: row)
            windows[row].waiter.resume(returning: .success(batch.output[row]))
        }
    }
}
