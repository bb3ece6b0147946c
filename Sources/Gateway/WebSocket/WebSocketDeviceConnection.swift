import Conversation
import NIOCore

/// A device's socket, as a session sees it.
struct WebSocketDeviceConnection: DeviceConnection {
    let outbound: NIOAsyncChannelOutboundWriter<DeviceFrame>
    let channel: any Channel
    let closing: ClosingFlag
    let closer: NIOLoopBound<WebSocketMessageHandler>

    func send(_ frame: DeviceFrame) async throws {
        guard !closing.isSet else { throw ChannelError.ioOnClosedChannel }
        try await outbound.write(frame)
    }

    func close(code: UInt16, reason: String) async {
        channel.eventLoop.execute { closer.value.close(code: code, reason: reason) }
        // The handler's own deadline bounds this wait.
        try? await channel.closeFuture.get()
    }
}
