import NIOCore
import NIOWebSocket
import Synchronization

/// An open WebSocket. Pings are answered while messages are read; one reader, any number of writers.
public final class WebSocketConnection: Sendable {
    private let inbound: NIOAsyncChannelInboundStream<WebSocketFrame>
    private let outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>
    private let reader: Reader

    init(
        inbound: NIOAsyncChannelInboundStream<WebSocketFrame>,
        outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>, eventLoop: any EventLoop
    ) {
        self.inbound = inbound
        self.outbound = outbound
        reader = Reader(inbound)
    }

    /// The next message; nil when the other side has closed.
    public func receive() async throws -> WebSocketClient.Message? {
        while let frame = try await reader.next() {
            switch frame.opcode {
            case .text: return .text(Array(frame.unmaskedData.readableBytesView))
            case .binary: return .binary(Array(frame.unmaskedData.readableBytesView))
            case .ping: try await write(.pong, Array(frame.unmaskedData.readableBytesView))
            case .connectionClose: return nil
            default: break
            }
        }
        return nil
    }

    /// Suspends while the other side does not read.
    public func send(_ message: WebSocketClient.Message) async throws {
        switch message {
        case .text(let bytes): try await write(.text, bytes)
        case .binary(let bytes): try await write(.binary, bytes)
        }
    }

    /// Sends a Close frame with 1000.
    func close() async throws { try await write(.connectionClose, [0x03, 0xE8]) }

    private func write(_ opcode: WebSocketOpcode, _ bytes: [UInt8]) async throws {
        // A client must mask, with a fresh key for each frame (RFC 6455, section 5.3).
        try await outbound.write(
            WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: ByteBuffer(bytes: bytes)))
    }

    /// Holds the one iterator of the inbound stream.
    private actor Reader {
        private var iterator: NIOAsyncChannelInboundStream<WebSocketFrame>.AsyncIterator?
        init(_ inbound: NIOAsyncChannelInboundStream<WebSocketFrame>) { iterator = inbound.makeAsyncIterator() }

        func next() async throws -> WebSocketFrame? {
            guard var taken = iterator.take() else { return nil }
            defer { iterator = taken }
            return try await taken.next(isolation: self)
        }
    }
}
