package import JSON

/// Something the owner's agent may do with this house.
package protocol AgentTool: Sendable {
    var name: String { get }
    /// What it does, for the agent's model.
    var summary: String { get }
    /// JSON Schema of the arguments object; arguments are checked against it before `call`.
    var schema: JSON { get }
    /// Nothing changes when it is called.
    var isReadOnly: Bool { get }

    /// Lasts at most about half a minute.
    ///
    /// - Throws: `AgentToolFailure`, told to the agent.
    func call(_ arguments: JSON) async throws(AgentToolFailure) -> JSON
}

/// Why a tool could not do it, in words for the agent.
package struct AgentToolFailure: Error, Sendable, Equatable {
    package var message: String
    package init(_ message: String) { self.message = message }
}
