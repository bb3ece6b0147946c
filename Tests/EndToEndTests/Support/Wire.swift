import Conversation
import JSON
import Synchronization
import VoiceTesting

/// A device's way to the server, listened to: what came when, and a way to say something in between.
final class Wire<Transport: DeviceTransport>: DeviceTransport {
    private struct State {
        var messages: [JSON] = []
        var packetTimes: [ContinuousClock.Instant] = []
    }
    private let transport: Transport
    private let state = Mutex(State())

    init(_ transport: Transport) { self.transport = transport }

    /// When each audio packet came.
    var packetTimes: [ContinuousClock.Instant] { state.withLock { $0.packetTimes } }

    /// How often a `tts` message with this state came.
    func count(ofSpeech speech: String) -> Int {
        state.withLock { $0.messages.count { $0["type"] == "tts" && $0["state"]?.string == speech } }
    }

    /// Sends a message beside what the device is doing.
    func send(_ message: JSON) async throws { try await transport.send(.text(message.bytes)) }

    func send(_ frame: DeviceFrame) async throws { try await transport.send(frame) }

    func receive() async throws -> DeviceFrame? {
        guard let frame = try await transport.receive() else { return nil }
        state.withLock { state in
            switch frame {
            case .binary: state.packetTimes.append(ContinuousClock().now)
            case .text(let bytes): if let json = try? JSON(parsing: bytes) { state.messages.append(json) }
            }
        }
        return frame
    }
}
