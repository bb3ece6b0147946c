extension Duration {
    /// Seconds, for Prometheus, whose base unit of time it is.
    package var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    /// Whole milliseconds, rounded to the nearest, for people.
    package var inMilliseconds: Int64 { Int64((inSeconds * 1000).rounded()) }

    /// Whole nanoseconds, for OTLP.
    package var inNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
    }
}
