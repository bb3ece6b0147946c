import Conversation
import NIOCore

/// A device's socket, as a session sees it. What must happen on the channel's event loop is handed over to it in order.
struct WebSocketDeviceConnection: DeviceConnection {
    let handler: NIOLoopBound<WebSocketMessageHandler>
    let source: SessionInputSequence.Producer.Source
    let outgoing: OutgoingFrames

    var backlog: Int { outgoing.count }

    func send(_ frame: DeviceFrame) -> Bool {
        if outgoing.hasEnded { return true }
        guard outgoing.enter() else { return false }
        handler.eventLoop.execute { handler.value.send(frame) }
        return true
    }

    func dropAudio() {
        if outgoing.count > 0 { handler.eventLoop.execute { handler.value.dropAudio() } }
    }

    func perform(_ work: @escaping @Sendable () async -> Void) -> Bool {
        source.yield(.init(input: .work(work))) != .dropped
    }

    func setAlarm(after delay: Duration, _ work: @escaping @Sendable () async -> Void) {
        handler.eventLoop.execute { handler.value.setAlarm(after: TimeAmount(delay), work) }
    }

    func close(code: UInt16, reason: String) {
        handler.eventLoop.execute { handler.value.close(code: code, reason: reason) }
    }
}
