public import Conversation
import NIOCore

/// What a device sends and what its session is to do, in order. Ends when either side closes or TCP is gone; a session
/// that is slow to take slows the device down.
public struct SessionInputSequence: AsyncSequence, Sendable {
    public typealias Element = SessionInput
    public typealias Failure = any Error

    typealias Producer = NIOThrowingAsyncSequenceProducer<
        SessionInput, any Error, NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark, ReadGate
    >
    private let producer: Producer

    init(_ producer: Producer) { self.producer = producer }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: producer.makeAsyncIterator()) }

    public struct AsyncIterator: AsyncIteratorProtocol {
        var base: Producer.AsyncIterator

        public mutating func next() async throws -> SessionInput? { try await next(isolation: #isolation) }

        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> SessionInput? {
            try await base.next(isolation: actor)
        }
    }
}

/// Lets a device be read again once its session has caught up.
struct ReadGate: NIOAsyncSequenceProducerDelegate {
    let handler: NIOLoopBound<WebSocketMessageHandler>

    func produceMore() { handler.eventLoop.execute { handler.value.resumeReading() } }
    func didTerminate() {}
}
