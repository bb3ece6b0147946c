import VoiceAPI

/// The tools of one session: the server's and the device's. Keeps the registry between turns, because naming two hundred
/// tools anew for every sentence would be wasted time.
package struct SessionTools: Sendable {
    /// The device's own tools.
    package let device: ToolShelf
    private var cached: (shelf: ToolShelf, shared: Int, device: Int, registry: ToolRegistry)?

    package init(device: ToolShelf = ToolShelf()) {
        self.device = device
    }

    /// The registry for the next turn.
    ///
    /// - Parameter shared: the server's tools, as the turn has them.
    package mutating func registry(with shared: ToolShelf) -> ToolRegistry {
        let versions = (shared.version, device.version)
        if let cached, cached.shelf === shared, cached.shared == versions.0, cached.device == versions.1 {
            return cached.registry
        }
        let registry = ToolRegistry(shared.tools + device.tools)
        cached = (shared, versions.0, versions.1, registry)
        return registry
    }
}
