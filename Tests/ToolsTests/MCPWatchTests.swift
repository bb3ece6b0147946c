import Flow
import JSON
import Synchronization
import Testing
import Tools
import VoiceAPI
import VoiceTesting

@Suite struct MCPWatchTests {
    /// A peer that answers pings as long as it is told to.
    private final class Peer: MCPTransport {
        private let state = Mutex((answers: true, pings: 0, client: MCPClient?.none))
        var pings: Int { state.withLock { $0.pings } }
        func connect(_ client: MCPClient?) { state.withLock { $0.client = client } }
        func fallSilent() { state.withLock { $0.answers = false } }

        func send(_ message: JSON) async throws {
            let client = state.withLock { state in
                state.pings += 1
                return state.answers ? state.client : nil
            }
            await client?.receive(["jsonrpc": "2.0", "id": message["id"] ?? .null, "result": [:]])
        }
    }

    private final class Outcome: Sendable { let hasEnded = Latch() }

    private func watched(_ peer: Peer, _ simulation: Simulation) -> Outcome {
        let client = MCPClient(
            name: "peer", configuration: .init(), transport: peer, clock: SessionClock(simulation.clock))
        peer.connect(client)
        let outcome = Outcome()
        simulation.start {
            try? await client.watch()
            outcome.hasEnded.open()
        }
        simulation.settle()
        return outcome
    }

    @Test func `a peer that answers no more is noticed`() {
        let (simulation, peer) = (Simulation(), Peer())
        let outcome = watched(peer, simulation)
        simulation.advance(by: .seconds(100))
        #expect(peer.pings == 3 && !outcome.hasEnded.isOpen)
        peer.fallSilent()
        simulation.advance(by: .seconds(60))
        #expect(outcome.hasEnded.isOpen)
        peer.connect(nil)
        simulation.stop()
    }

    @Test func `a peer that does not know pings is let be`() {
        let (simulation, peer) = (Simulation(), Peer())
        peer.fallSilent()
        let outcome = watched(peer, simulation)
        simulation.advance(by: .seconds(600))
        #expect(peer.pings > 5 && !outcome.hasEnded.isOpen)
        peer.connect(nil)
        simulation.stop()
    }
}
