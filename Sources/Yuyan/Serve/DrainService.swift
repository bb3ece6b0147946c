import Conversation
import ServiceLifecycle

/// The first thing to hear of a graceful stop: lets every device finish what it is saying while the ports are still
/// open for it. Last in the group, because services are stopped from the last to the first.
struct DrainService: Service {
    let directory: SessionDirectory
    let limit: Duration

    func run() async throws {
        try? await gracefulShutdown()
        await directory.drain(within: limit)
    }
}
