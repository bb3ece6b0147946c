import UnixSignals

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The first SIGTERM or SIGINT stops gracefully (the service group sees to it); a second one ends the process at once:
/// somebody is without patience.
enum SecondSignal {
    /// Returns only when the task is cancelled.
    static func endsTheProcess() async {
        var seen = 0
        for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
            seen += 1
            guard seen >= 2 else { continue }
            Terminal.error("stopped at once")
            exit(130)
        }
    }
}
