public import Conversation
import NIOCore

/// What a device sends, in order. Ends when either side closes or TCP is gone; a slow consumer slows the device down.
public struct DeviceFrameSequence: AsyncSequence, Sendable {
    public typealias Element = DeviceFrame
    public typealias Failure = any Error
    private let inbound: NIOAsyncChannelInboundStream<DeviceFrame>

    init(_ inbound: NIOAsyncChannelInboundStream<DeviceFrame>) { self.inbound = inbound }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: inbound.makeAsyncIterator()) }

    /// - Throws: when the connection broke.
    public struct AsyncIterator: AsyncIteratorProtocol {
        var base: NIOAsyncChannelInboundStream<DeviceFrame>.AsyncIterator

        public mutating func next() async throws -> DeviceFrame? { try await next(isolation: #isolation) }

        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> DeviceFrame? {
            try await base.next(isolation: actor)
        }
    }
}
