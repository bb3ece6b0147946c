/// What a device has done since it connected, counted frame by frame. Read by the sweeper and by the owner's pages.
struct SessionActivity: Sendable {
    /// Text frames received.
    var messages = 0
    /// Binary frames received.
    var packets = 0
    /// Bytes received.
    var bytes = 0
    /// When the last frame came.
    var lastFrame: Duration

    mutating func count(_ frame: DeviceFrame, at now: Duration) {
        switch frame {
        case .text(let content):
            messages += 1
            bytes += content.count
        case .binary(let content):
            packets += 1
            bytes += content.count
        }
        lastFrame = now
    }
}
