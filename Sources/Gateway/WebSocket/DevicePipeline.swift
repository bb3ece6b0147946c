package import Conversation
package import Logging
package import NIOCore

/// What a device's channel has behind its WebSocket frames. The port adds it after an upgrade; `yuyan hot-path` adds it to
/// a channel without a socket and counts what a frame costs.
package enum DevicePipeline {
    /// Adds the end of the pipeline. Call it on the channel's event loop, behind a WebSocket decoder and encoder, before
    /// the first frame.
    ///
    /// - Returns: the two ends that a session gets.
    /// - Throws: when the channel is closed.
    package static func open(
        _ channel: any Channel, configuration: GatewayConfiguration, device: String, logger: Logger
    ) throws -> (connection: any DeviceConnection, inputs: SessionInputSequence) {
        let handler = WebSocketMessageHandler(
            maximumMessageBytes: configuration.maximumMessageBytes,
            messages: TokenBucket(
                rate: configuration.maximumMessagesPerSecond, burst: configuration.maximumMessagesAtOnce,
                now: NIODeadline.now().milliseconds),
            closeTimeout: configuration.closeTimeout,
            heartbeat: Heartbeat(
                interval: TimeAmount(configuration.pingInterval), timeout: TimeAmount(configuration.pingTimeout),
                now: .now()),
            device: device, logger: logger)
        let ends = handler.open(channel.eventLoop)
        try channel.pipeline.syncOperations.addHandler(handler)
        return (ends.connection, ends.inputs)
    }
}
