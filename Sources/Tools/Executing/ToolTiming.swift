package import VoiceAPI

/// When one tool call ran, in the session's time; the flight recorder's tool span.
package struct ToolTiming: Sendable, Equatable {
    /// The registered name; `unknown` for a name that the model made up.
    package var name: String
    /// nil: nobody's, the model made the name up.
    package var source: ToolSource?
    package var start: Duration
    /// nil when the turn ended before the call did.
    package var end: Duration?
    /// The call gave a failure: wrong arguments, an error of the tool, or its deadline.
    package var isFailed: Bool

    package init(name: String, source: ToolSource?, start: Duration, end: Duration?, isFailed: Bool = false) {
        self.name = name
        self.source = source
        self.start = start
        self.end = end
        self.isFailed = isFailed
    }
}
