/// The `alerts` section: what the server itself raises an alert about.
public struct AlertSettings: Sendable, Equatable {
    /// Takes a POST for every alert raised and cleared; nil: nobody is told.
    public var webhook: String?
    /// Seconds between two evaluations.
    public var interval = 5.0
    /// Seconds that a rate or a percentile looks back.
    public var window = 60.0
    /// Bad evaluations in a row that raise an alert.
    public var raiseAfter = 3
    /// Good evaluations in a row that clear it.
    public var clearAfter = 6
    /// What counts as good, as a share of the limit, 0...1.
    public var clearAt = 0.8
    /// The limits by name (`connections`, `first_audio_p95_ms`, `error_rate`, `backlog`); what is not here is not watched.
    public var limits: [String: Double] = [:]

    public init() {}
}
