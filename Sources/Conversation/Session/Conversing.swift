/// The settings and the parts of one configuration, as a turn takes them when it begins and keeps them to its end.
///
/// Immutable and counted by its owners: when the server has a newer one and the last turn that began with this one is
/// over, it is gone, and whoever lent its resources is told.
package final class Conversing: Sendable {
    package let settings: SessionSettings
    package let providers: Providers
    /// Later configurations have greater numbers.
    package let generation: Int
    private let onRetire: @Sendable () -> Void

    /// - Parameter onRetire: called once, when nobody uses it any more; must not block.
    package init(
        settings: SessionSettings, providers: Providers, generation: Int = 0,
        onRetire: @escaping @Sendable () -> Void = {}
    ) {
        self.settings = settings
        self.providers = providers
        self.generation = generation
        self.onRetire = onRetire
    }

    deinit { onRetire() }
}
