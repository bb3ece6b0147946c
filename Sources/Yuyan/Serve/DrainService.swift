import Conversation
import Gateway
import ServiceLifecycle

/// The first thing to hear of a graceful stop: nobody new comes in, and every device may finish what it is saying while the ports are still
/// open for it. Behind the gateway in the group, because services are stopped from the last to the first.
struct DrainService: Service {
    let gateway: GatewayServer
    let directory: SessionDirectory
    let limit: Duration

    func run() async throws {
        try? await gracefulShutdown()
        gateway.stopAdmitting()
        await directory.drain(within: limit)
    }
}
