import Flow
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
    }

    private let uplink = BoundedQueue<DeviceFrame>(limit: 100_000)
    private let now: @Sendable () -> Duration
    private let state = Mutex(State())

    /// - Parameter now: the time noted with everything received.
    package init(now: @escaping @Sendable () -> Duration) {
        self.now = now
    }

    // MARK: - The device's side

    /// What the session reads.
    package var frames: DeviceFrameFeed { DeviceFrameFeed(queue: uplink) }

    package func send(text: String) { _ = uplink.offer(.text(Array(text.utf8))) }
    package func send(packet: [UInt8]) { _ = uplink.offer(.binary(packet)) }
    /// The device drops the connection.
    package func leave() { uplink.finish() }
    /// The device stops taking what it is sent.
    package func stopReading() { state.withLock { $0.reads = false } }

    package var received: [Received] { state.withLock { $0.received } }
    package var closed: (code: UInt16, reason: String)? { state.withLock { $0.closed } }

    // MARK: - DeviceConnection

    package func send(_ frame: DeviceFrame) async throws {
        guard state.withLock({ $0.reads }) else {
            await Latch().wait()
            throw CancellationError()
        }
        let time = now()
        state.withLock { $0.received.append(Received(time: time, frame: frame)) }
    }

    package func close(code: UInt16, reason: String) async {
        state.withLock { if $0.closed == nil { $0.closed = (code, reason) } }
        uplink.finish()
    }
}

/// The frames of an in-process device as a session reads them.
package struct DeviceFrameFeed: AsyncSequence, Sendable {
    package typealias Element = DeviceFrame
    package typealias Failure = any Error
    let queue: BoundedQueue<DeviceFrame>

    package struct AsyncIterator: AsyncIteratorProtocol {
        let queue: BoundedQueue<DeviceFrame>
        package mutating func next() async throws -> DeviceFrame? { await queue.next() }
        package mutating func next(isolation: isolated (any Actor)?) async throws(any Error) -> DeviceFrame? {
            await queue.next()
        }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(queue: queue) }
}
