import Conversation
import NIOCore
import NIOWebSocket

/// RFC 6455's rules for what a client may send, without I/O: frames in, actions out.
struct MessageAssembler {
    enum Action: Equatable {
        case none
        case deliver(DeviceFrame)
        case pong(ByteBuffer)
        /// The peer closes; echo this code.
        case closed(UInt16)
        /// The connection fails with this code and reason.
        case fail(UInt16, String)
    }

    /// Longest message, in bytes.
    let limit: Int
    private var isText = false
    /// Fragments so far; nil between messages.
    private var parts: [UInt8]?

    init(limit: Int) { self.limit = limit }

    mutating func receive(_ frame: WebSocketFrame) -> Action {
        guard frame.maskKey != nil else { return .fail(1002, "client frames must be masked") }
        guard !frame.rsv1, !frame.rsv2, !frame.rsv3 else { return .fail(1002, "no extension was agreed") }
        switch frame.opcode {
        case .ping: return .pong(frame.unmaskedData)
        case .pong: return .none
        case .connectionClose: return Self.close(frame.unmaskedData)
        case .text, .binary:
            guard parts == nil else { return .fail(1002, "a new message began inside another") }
            isText = frame.opcode == .text
            guard frame.fin else {
                parts = Array(buffer: frame.unmaskedData)
                return .none
            }
            return deliver(Array(buffer: frame.unmaskedData))
        case .continuation:
            guard let begun = parts?.count else { return .fail(1002, "a continuation without a beginning") }
            guard begun + frame.length <= limit else { return .fail(1009, "a message has at most \(limit) bytes") }
            parts?.append(contentsOf: frame.unmaskedData.readableBytesView)
            guard frame.fin, let whole = parts else { return .none }
            parts = nil
            return deliver(whole)
        default: return .fail(1002, "unknown opcode")
        }
    }

    private func deliver(_ bytes: [UInt8]) -> Action { .deliver(isText ? .text(bytes) : .binary(bytes)) }

    /// RFC 6455 7.4: some numbers never travel; 1005 stands for a Close without a code.
    private static func close(_ body: ByteBuffer) -> Action {
        var body = body
        if body.readableBytes == 0 { return .closed(1005) }
        guard let code = body.readInteger(as: UInt16.self) else { return .fail(1002, "a Close code has two bytes") }
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: return .closed(code)
        default: return .fail(1002, "invalid Close code")
        }
    }
}
