import NIOCore

/// When a socket is asked whether it is still there, and when it counts as gone. Pure; times are the event loop's.
struct Heartbeat {
    enum Action: Equatable {
        case ping
        /// Nothing came for so long.
        case gone(TimeAmount)
    }

    /// Between two pings.
    let interval: TimeAmount
    /// Without a pong or anything else for this long the other side is gone.
    let timeout: TimeAmount
    private var lastHeard: NIODeadline

    init(interval: TimeAmount, timeout: TimeAmount, now: NIODeadline) {
        self.interval = interval
        self.timeout = timeout
        lastHeard = now
    }

    /// A frame of any kind arrived.
    mutating func heard(at now: NIODeadline) { lastHeard = now }

    /// To be called every `interval`.
    func beat(at now: NIODeadline) -> Action {
        let silence = now - lastHeard
        return silence >= timeout ? .gone(silence) : .ping
    }
}
