/// Whether windows come so fast that waiting a moment for more of them saves work. Pure.
///
/// A run of sixteen windows costs as much as five run alone. With few devices an engine that never waits is right: the
/// machine is idle and the person hears the answer sooner. With many, half a millisecond fills a good part of the batch.
struct GatheringPolicy: Equatable {
    /// An engine thread that waits for a batch to fill looks this often whether it is full.
    static let nap = Duration.microseconds(250)
    /// How often it looks. With the run itself, and another before it, well below the 3 ms that voice activity may add.
    static let naps = 2
    /// Windows in a second from which on it pays: what thirty devices stream.
    private static let enough = 1000
    /// With fewer streams than this a batch is hardly ever full, however fast one of them sends.
    private static let enoughStreams = 2 * SileroBatch.capacity
    /// The rate is counted over this long.
    private static let period = Duration.milliseconds(100)

    private(set) var isGathering = false
    private var count = 0
    private var began = Duration.zero

    /// A window arrived at `now`, from one of so many streams.
    mutating func arrived(at now: Duration, streams: Int) {
        count += 1
        let elapsed = now - began
        guard elapsed >= Self.period else { return }
        // Gathering ends only below four fifths of what began it, so that it does not flap.
        let limit = isGathering ? Self.enough * 4 / 5 : Self.enough
        isGathering = streams >= Self.enoughStreams && Double(count) >= Double(limit) * (elapsed / .seconds(1))
        count = 0
        began = now
    }
}
