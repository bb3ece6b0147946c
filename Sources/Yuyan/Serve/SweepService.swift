import Conversation
import ServiceLifecycle

/// Sweeps sessions for as long as the server runs.
struct SweepService: Service {
    let sweeper: SessionSweeper

    func run() async throws {
        await cancelWhenGracefulShutdown { await sweeper.run() }
    }
}
