public import Conversation
import NIOCore

/// What a device sends and what its session is to do, in order. Ends when either side closes or TCP is gone; a session
/// that is slow to take slows the device down.
public struct SessionInputSequence: AsyncSequence, Sendable {
    public typealias Element = SessionInput
    public typealias Failure = any Error

    typealias Producer = NIOThrowingAsyncSequenceProducer<
        Queued, any Error, NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark, ReadGate
    >
    private let producer: Producer

    /// An input with the time at which it came.
    struct Queued: Sendable {
        let input: SessionInput
        let time = NIODeadline.now()
    }

    init(_ producer: Producer) { self.producer = producer }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: producer.makeAsyncIterator()) }

    public struct AsyncIterator: AsyncIteratorProtocol {
        var base: Producer.AsyncIterator

        public mutating func next() async throws -> SessionInput? { try await next(isolation: #isolation) }

        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> SessionInput? {
            guard let queued = try await base.next(isolation: actor) else { return nil }
            guard case .frame(let frame, _) = queued.input else { return queued.input }
            return .frame(frame, age: Duration(NIODeadline.now() - queued.time))
        }
    }
}

/// Lets a device be read again once its session has caught up.
struct ReadGate: NIOAsyncSequenceProducerDelegate {
    let handler: NIOLoopBound<WebSocketMessageHandler>

    func produceMore() { handler.eventLoop.execute { handler.value.resumeReading() } }
    func didTerminate() {}
}
