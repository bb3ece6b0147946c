import NIOCore
import NIOPosix

/// A TCP client that says exactly the bytes a test wants, well formed or not.
struct RawClient {
    let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// Connects, lets the test talk, and drops TCP.
    static func connect<Result: Sendable>(
        to port: Int, _ body: (inout Conversation) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var conversation = Conversation(
                iterator: inbound.makeAsyncIterator(), outbound: outbound, channel: channel.channel)
            return try await body(&conversation)
        }
    }

    struct Frame: Equatable {
        var opcode: UInt8
        var payload: [UInt8]
        var text: String { String(decoding: payload, as: UTF8.self) }
        /// The code of a Close frame.
        var code: Int { payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : 0 }
    }

    struct EndOfStream: Error {}

    struct Conversation {
        var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
        let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
        let channel: any Channel
        var received: [UInt8] = []

        func send(_ bytes: [UInt8]) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }
        func send(_ text: String) async throws { try await send(Array(text.utf8)) }

        /// Asks for a WebSocket; `headers` are whole lines.
        func upgrade(path: String = "/xiaozhi/v1/", headers: [String] = ["Device-Id: aa:bb:cc:dd:ee:ff"]) async throws {
            let lines =
                [
                    "GET \(path) HTTP/1.1", "Host: 127.0.0.1", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                ] + headers
            let connection =
                headers.contains { $0.lowercased().hasPrefix("connection:") } ? [] : ["Connection: Upgrade"]
            try await send((lines + connection + ["", ""]).joined(separator: "\r\n"))
        }

        mutating func more() async throws -> Bool {
            guard let buffer = try await iterator.next(isolation: #isolation) else { return false }
            received.append(contentsOf: buffer.readableBytesView)
            return true
        }

        /// Status line and headers; the rest stays.
        mutating func head() async throws -> String {
            while true {
                let end = Array("\r\n\r\n".utf8)
                if let start = received.indices.first(where: { received[$0...].starts(with: end) }) {
                    let head = String(decoding: received[..<start], as: UTF8.self)
                    received.removeFirst(start + 4)
                    return head
                }
                guard try await more() else { throw EndOfStream() }
            }
        }

        /// Head and a body of `Content-Length` bytes.
        mutating func response() async throws -> (head: String, body: String) {
            let head = try await head()
            let line = head.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
            let length = line.flatMap { Int($0.dropFirst(15).drop { $0 == " " }) } ?? 0
            while received.count < length { guard try await more() else { throw EndOfStream() } }
            let body = String(decoding: received.prefix(length), as: UTF8.self)
            received.removeFirst(length)
            return (head, body)
        }

        mutating func frame() async throws -> Frame {
            while true {
                if received.count >= 2 {
                    let short = Int(received[1] & 0x7F)
                    let start = short == 126 ? 4 : short == 127 ? 10 : 2
                    if received.count >= start {
                        let length = start == 2 ? short : received[2..<start].reduce(0) { $0 << 8 | Int($1) }
                        if received.count >= start + length {
                            let frame = Frame(
                                opcode: received[0] & 0x0F, payload: Array(received[start..<start + length]))
                            received.removeFirst(start + length)
                            return frame
                        }
                    }
                }
                guard try await more() else { throw EndOfStream() }
            }
        }

        /// Reads until the server closes TCP; a reset counts.
        mutating func end() async {
            while (try? await more()) == true {}
        }
    }

    /// A client frame, broken on demand.
    static func frame(
        _ opcode: UInt8, _ payload: [UInt8], fin: Bool = true, reserved: UInt8 = 0, masked: Bool = true
    ) -> [UInt8] {
        var bytes: [UInt8] = [(fin ? 0x80 : 0) | reserved << 4 | opcode]
        let maskBit: UInt8 = masked ? 0x80 : 0
        switch payload.count {
        case ..<126: bytes.append(maskBit | UInt8(payload.count))
        case ..<65536: bytes += [maskBit | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default:
            bytes.append(maskBit | 127)
            bytes += (0..<8).reversed().map { UInt8(truncatingIfNeeded: payload.count >> ($0 * 8)) }
        }
        guard masked else { return bytes + payload }
        let mask: [UInt8] = [1, 2, 3, 4]
        return bytes + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
    }
}
