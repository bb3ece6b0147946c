import Synchronization
package import VoiceAPI

/// The tools there are right now, in groups that come and go: the plugins, each MCP server, a device's own. One shelf
/// belongs to the server and is shared by every session; each session has one of its own for its device.
package final class ToolShelf: Sendable {
    private struct State {
        var groups: [(name: String, tools: [any Tool])] = []
        var version = 0
    }
    private let state = Mutex(State())

    package init() {}

    /// A shelf with tools that never change.
    package convenience init(_ tools: [any Tool]) {
        self.init()
        put(tools, as: "fixed")
    }

    /// Sets a group's tools; what was in it is gone.
    package func put(_ tools: [any Tool], as group: String) {
        state.withLock { state in
            state.version += 1
            if let index = state.groups.firstIndex(where: { $0.name == group }) {
                state.groups[index].tools = tools
            } else {
                state.groups.append((group, tools))
            }
        }
    }

    /// Takes a group away: its server died, its device left.
    package func remove(_ group: String) {
        state.withLock { state in
            state.version += 1
            state.groups.removeAll { $0.name == group }
        }
    }

    package var tools: [any Tool] { state.withLock { $0.groups.flatMap(\.tools) } }

    /// Grows with every change.
    package var version: Int { state.withLock { $0.version } }
}
