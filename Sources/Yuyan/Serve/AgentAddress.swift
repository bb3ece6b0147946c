import Conversation
import Flow
import FoundationEssentials
import Gateway
import JSON
import OwnerAgent

/// `/mcp`: brings the owner's agent and its room together.
enum AgentAddress {
    static let path = "/mcp"

    /// - Parameter directory: the devices an agent may see.
    static func handler(_ directory: SessionDirectory) -> OwnerAccess.Handler {
        let server = AgentServer(
            tools: HouseTools.all(directory, now: { Int64(Date().timeIntervalSince1970) }),
            version: ProductVersion.current, clock: SessionClock(ContinuousClock()))
        return { request in
            guard request.path == path else { return nil }
            let answer = await server.answer(
                AgentRequest(method: request.method, headers: request.headers, body: request.body))
            return OwnerAnswer(
                status: answer.status, headers: answer.headers.map { ($0.key, $0.value) },
                body: answer.body?.bytes ?? [])
        }
    }
}
