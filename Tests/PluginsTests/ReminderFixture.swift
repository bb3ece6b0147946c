import Flow
import JSON
import Logging
import Storage
import Synchronization
import VoiceAPI
import WebClient

@testable import Plugins

/// A clock that a test moves by hand and that says when somebody sleeps on it, so that no test guesses.
final class HandClock: Clock {
    struct Instant: InstantProtocol {
        let offset: Duration
        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (a: Instant, b: Instant) -> Bool { a.offset < b.offset }
    }
    private struct Sleeper {
        let id: Int
        let deadline: Duration
        let continuation: CheckedContinuation<Void, Never>
    }
    private struct State {
        var now = Duration.zero
        var lastID = 0
        var sleepers: [Sleeper] = []
    }
    private let state = Mutex(State())
    /// The length of every sleep that begins.
    let sleeps = BoundedQueue<Duration>(limit: 10_000)

    var now: Instant { Instant(offset: state.withLock { $0.now }) }
    var minimumResolution: Duration { .nanoseconds(1) }

    /// Returns when somebody has begun a sleep of this length; other sleeps (deadlines) do not count.
    func sleep(of length: Duration) async {
        while let pause = await sleeps.next(), pause != length {}
    }

    func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now += duration
            let due = state.sleepers.filter { $0.deadline <= state.now }
            state.sleepers.removeAll { $0.deadline <= state.now }
            return due
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isCancelled = Task.isCancelled
                let pause: Duration? = state.withLock { state in
                    guard !isCancelled, deadline.offset > state.now else { return nil }
                    state.sleepers.append(Sleeper(id: id, deadline: deadline.offset, continuation: continuation))
                    return deadline.offset - state.now
                }
                if let pause { _ = sleeps.offer(pause) } else { continuation.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else { return nil }
                return state.sleepers.remove(at: index)
            }
            sleeper?.continuation.resume()
        }
        try Task.checkCancellation()
    }
}

/// Devices that are there or not, and what was tried to say on them.
final class ListedAnnouncer: Announcer {
    private let connected = Mutex<Set<String>>([])
    private let held = Mutex<[@Sendable (Bool) -> Void]?>(nil)
    let said = BoundedQueue<String>(limit: 10_000)
    let missed = BoundedQueue<String>(limit: 10_000)

    func connect(_ id: String) { connected.withLock { _ = $0.insert(id) } }
    func disconnect(_ id: String) { connected.withLock { _ = $0.remove(id) } }

    /// From now on nobody hears anything until `finish`.
    func hold() { held.withLock { $0 = $0 ?? [] } }

    /// The devices have said what they took, or are gone.
    func finish(heard: Bool) {
        let ends = held.withLock { held in
            defer { held = nil }
            return held ?? []
        }
        for end in ends { end(heard) }
    }

    func say(_ text: String, on deviceID: String, ended: @escaping @Sendable (Bool) -> Void) async -> Bool {
        let isThere = connected.withLock { $0.contains(deviceID) }
        _ = (isThere ? said : missed).offer("\(deviceID): \(text)")
        guard isThere else { return false }
        let isHeld = held.withLock { $0?.append(ended) != nil }
        if !isHeld { ended(true) }
        return true
    }
}

/// A server's reminders on a clock of the test. It begins on Friday, 31 July 2026, 15:04:05 in a household at UTC+8.
struct ReminderFixture {
    static let start: Int64 = 1_785_481_445
    static let offset: Int64 = 8 * 3600
    private static let web = WebClient()

    let clock: HandClock
    let announcer: ListedAnnouncer
    let store: ReminderStore
    let service: ReminderService
    let tools: [any Tool]

    init(database: Database? = nil, clock: HandClock = HandClock(), deviceLimit: Int = 100) throws {
        self.clock = clock
        let announcer = ListedAnnouncer()
        self.announcer = announcer
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let now: @Sendable () -> Int64 = { Self.start + clock.now.offset.components.seconds }
        store = ReminderStore(try database ?? Database(path: nil), deviceLimit: deviceLimit)
        service = ReminderService(
            store: store, announcer: announcer, now: now, timezoneOffset: Self.offset, clock: SessionClock(clock),
            logger: logger)
        tools = try RemindersPlugin.tools(
            [:],
            services: PluginServices(
                web: Self.web, now: now, timezoneOffset: Self.offset, directory: "/nonexistent",
                announcer: announcer, logger: logger, reminders: service))
    }

    func call(_ name: String, _ arguments: JSON, on device: String = "a", language: String = "en") async throws
        -> String
    {
        let tool = tools.first { $0.description.name == name }
        let context = ToolContext(deviceID: device, sessionID: "s", language: language)
        switch try await tool?.call(arguments, in: context) {
        case .speak(let text)?, .inform(let text)?: return text
        case .failure(let text)?: return "failure: \(text)"
        default: return "nothing"
        }
    }

    /// Runs the service while `body` looks on.
    func running(_ body: () async throws -> Void) async throws {
        let running = Task { await service.run() }
        do { try await body() } catch {
            running.cancel()
            await running.value
            throw error
        }
        running.cancel()
        await running.value
    }
}
