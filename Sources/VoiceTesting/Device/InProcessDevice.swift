package import Flow
package import Conversation
import Synchronization

/// A device without a socket: hands frames to a session and keeps, with their times, all that comes back.
package final class InProcessDevice: DeviceConnection {
    /// Something the server sent.
    package struct Received: Sendable {
        package var time: Duration
        package var frame: DeviceFrame
    }

    private struct State {
        var received: [Received] = []
        var closed: (code: UInt16, reason: String)?
        var reads = true
        /// What a device that does not read was sent.
        var held: [DeviceFrame] = []
        /// When and with what to wake the session.
        var alarm: (time: Duration, work: @Sendable () async -> Void)?
    }

    /// Frames that may wait for a device that does not read.
    private static let limit = 128

    private let uplink = BoundedQueue<SessionInput>(limit: 100_000)
    private let now: @Sendable () -> Duration
    private let alarms = BoundedQueue<Duration>(limit: 1)
    private let state = Mutex(State())

    /// - Parameter now: the time noted with everything received.
    package init(now: @escaping @Sendable () -> Duration) {
        self.now = now
    }

    /// Wakes the session when it asked to be woken, until the connection is closed. Needed only where time matters.
    package func keepAlarm(_ clock: SessionClock) async {
        for await first in alarms {
            var due = first
            repeat {
                guard (try? await clock.sleep(until: due)) != nil else { return }
                // A later alarm may have taken the place of this one.
                due = state.withLock { $0.alarm?.time ?? .zero }
            } while due > clock.now
            let alarm = state.withLock { state in
                defer { state.alarm = nil }
                return state.alarm
            }
            if let alarm { _ = perform(alarm.work) }
        }
    }

    // MARK: - The device's side

    /// What the session reads.
    package var inputs: SessionInputFeed { SessionInputFeed(queue: uplink) }

    package func send(text: String) { _ = uplink.offer(.frame(.text(Array(text.utf8)))) }
    /// - Parameter age: how long the packet is to have waited in a server that does not keep up.
    package func send(packet: [UInt8], age: Duration = .zero) {
        _ = uplink.offer(.frame(.binary(packet), age: age))
    }
    /// The device drops the connection.
    package func leave() {
        alarms.finish()
        uplink.finish()
    }
    /// The device stops taking what it is sent.
    package func stopReading() { state.withLock { $0.reads = false } }
    /// It reads again, what was kept for it first.
    package func resumeReading() {
        let time = now()
        state.withLock { state in
            state.reads = true
            state.received += state.held.map { Received(time: time, frame: $0) }
            state.held = []
        }
    }

    package var received: [Received] { state.withLock { $0.received } }
    package var closed: (code: UInt16, reason: String)? { state.withLock { $0.closed } }

    // MARK: - DeviceConnection

    package var backlog: Int { state.withLock { $0.held.count } }

    package func send(_ frame: DeviceFrame) -> Bool {
        let time = now()
        return state.withLock { state in
            guard state.closed == nil else { return true }
            guard state.reads else {
                guard state.held.count < Self.limit else { return false }
                state.held.append(frame)
                return true
            }
            state.received.append(Received(time: time, frame: frame))
            return true
        }
    }

    package func dropAudio() {
        state.withLock { state in
            state.held.removeAll { if case .binary = $0 { true } else { false } }
        }
    }

    package func perform(_ work: @escaping @Sendable () async -> Void) -> Bool { uplink.offer(.work(work)) }

    package func setAlarm(after delay: Duration, _ work: @escaping @Sendable () async -> Void) {
        let time = now() + delay
        state.withLock { $0.alarm = (time, work) }
        _ = alarms.offer(time)
    }

    package func close(code: UInt16, reason: String) {
        state.withLock { if $0.closed == nil { $0.closed = (code, reason) } }
        alarms.finish()
        uplink.finish()
    }
}

/// The inputs of an in-process device's session.
package struct SessionInputFeed: AsyncSequence, Sendable {
    package typealias Element = SessionInput
    package typealias Failure = any Error
    let queue: BoundedQueue<SessionInput>

    package struct AsyncIterator: AsyncIteratorProtocol {
        let queue: BoundedQueue<SessionInput>
        package mutating func next() async throws -> SessionInput? { await queue.next() }
        package mutating func next(isolation: isolated (any Actor)?) async throws(any Error) -> SessionInput? {
            await queue.next()
        }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(queue: queue) }
}
