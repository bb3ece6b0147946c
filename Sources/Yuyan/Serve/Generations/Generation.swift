import Flow
import Plugins
import Settings

/// What one configuration made, as the pages, the metrics and the next reload need it. What its turns run on is its
/// `Conversing`.
final class Generation: Sendable {
    /// Counted from 1; each reload makes the next one.
    let number: Int
    let settings: ServerSettings
    let choices: [ProviderChoice]
    let plugins: PluginSelection
    /// Kinds of providers whose calls their chains count, so that sessions need not.
    let chained: Set<String>
    let breakers: BreakerBoard
    /// What could not be turned on, and why.
    let problems: [String]
    /// Opens when the last turn that began with it is over.
    let retired: Latch

    init(
        number: Int, settings: ServerSettings, choices: [ProviderChoice], plugins: PluginSelection,
        chained: Set<String>, breakers: BreakerBoard, problems: [String], retired: Latch
    ) {
        self.number = number
        self.settings = settings
        self.choices = choices
        self.plugins = plugins
        self.chained = chained
        self.breakers = breakers
        self.problems = problems
        self.retired = retired
    }
}
