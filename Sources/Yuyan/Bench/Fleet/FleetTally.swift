/// What the devices of one event loop saw; belongs to that loop.
final class FleetTally {
    /// Connections that got as far as the server's hello.
    var greeted = 0
    var refused = 0
    /// Connections that the server ended.
    var lost = 0
    var turns = 0
    var unanswered = 0
    var frames = 0
    /// Devices that do not read.
    var slow = 0
    /// Milliseconds from an interrupting voice to the end of the answer.
    var interruptions: [Double] = []
    /// Milliseconds from the last frame of speech to the first frame of the answer.
    var firstAudio: [Double] = []
    /// Milliseconds between frames of a sentence.
    var gaps: [Float] = []
    /// Milliseconds from connecting to the server's hello.
    var greetingTimes: [Double] = []

    struct Snapshot: Sendable {
        var greeted = 0
        var refused = 0
        var lost = 0
        var turns = 0
        var unanswered = 0
        var frames = 0
        var slow = 0
        var interruptions: [Double] = []
        var firstAudio: [Double] = []
        var gaps: [Float] = []
        var greetingTimes: [Double] = []

        mutating func add(_ other: Snapshot) {
            greeted += other.greeted
            refused += other.refused
            lost += other.lost
            turns += other.turns
            unanswered += other.unanswered
            frames += other.frames
            slow += other.slow
            interruptions += other.interruptions
            firstAudio += other.firstAudio
            gaps += other.gaps
            greetingTimes += other.greetingTimes
        }
    }

    var snapshot: Snapshot {
        Snapshot(
            greeted: greeted, refused: refused, lost: lost, turns: turns, unanswered: unanswered, frames: frames,
            slow: slow, interruptions: interruptions,
            firstAudio: firstAudio, gaps: gaps, greetingTimes: greetingTimes)
    }

    /// Begins the measured time: what was seen while the fleet connected does not count.
    func begin() {
        turns = 0
        unanswered = 0
        frames = 0
        interruptions = []
        firstAudio = []
        gaps = []
    }
}
