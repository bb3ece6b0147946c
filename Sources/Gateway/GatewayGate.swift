import Conversation
import NIOCore
import NIOHTTP1

/// What both ports share: who may come in, how many are in, and what time it is.
struct GatewayGate: Sendable {
    let configuration: GatewayConfiguration
    let admission: Admission
    let connections: ConnectionCount
    /// Unix time in milliseconds.
    let now: @Sendable () -> Int64

    var nowSeconds: Int64 { now() / 1000 }

    func identify(_ head: HTTPRequestHead, _ channel: any Channel) throws(Admission.Refusal) -> DeviceIdentity {
        try admission.identify(
            ArrivalRequest(head), peer: channel.remoteAddress?.ipAddress ?? "", now: nowSeconds)
    }
}
