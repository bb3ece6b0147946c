import VoiceAPI

/// The tools of one session: the server's and the device's. Keeps the registry between turns, because naming two hundred
/// tools anew for every sentence would be wasted time.
package struct SessionTools: Sendable {
    private let shared: ToolShelf
    /// The device's own tools.
    package let device: ToolShelf
    private var cached: (shared: Int, device: Int, registry: ToolRegistry)?

    package init(shared: ToolShelf, device: ToolShelf = ToolShelf()) {
        self.shared = shared
        self.device = device
    }

    /// The registry for the next turn.
    package mutating func registry() -> ToolRegistry {
        let versions = (shared.version, device.version)
        if let cached, cached.shared == versions.0, cached.device == versions.1 { return cached.registry }
        let registry = ToolRegistry(shared.tools + device.tools)
        cached = (versions.0, versions.1, registry)
        return registry
    }
}
