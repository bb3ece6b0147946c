import NIOCore
import NIOPosix

/// The part of a fleet that lives on one event loop: its devices, and one timer for all of them.
///
/// Everything in here runs on the loop; `NIOLoopBound` checks it.
final class FleetLoop {
    private let loop: any EventLoop
    private let tally = FleetTally()
    /// Devices by the slot of 5 ms in which they send, so that not all send at once.
    private var slots: [[FleetDevice]] = Array(repeating: [], count: FleetLoop.slotCount)
    private var next = 0
    private var timer: Scheduled<Void>?

    private static let slotMilliseconds = 5
    private static let slotCount = FleetSound.frameMilliseconds / slotMilliseconds

    init(loop: any EventLoop) {
        self.loop = loop
    }

    func start() {
        turn()
        timer = loop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(Self.slotMilliseconds))) { [self] in
            start()
        }
    }

    /// A late timer makes up for what it missed, as a real microphone would.
    private var began = NIODeadline.now()
    private var turnsDone = 0
    private func turn() {
        let now = NIODeadline.now()
        if turnsDone == 0 { began = now }
        let due = Int((now - began).nanoseconds / (Int64(Self.slotMilliseconds) * 1_000_000)) + 1
        while turnsDone < due {
            turnsDone += 1
            for device in slots[next] { device.tick(at: now) }
            next = (next + 1) % Self.slotCount
        }
    }

    func connect(id: Int, port: Int, mode: FleetMode, sound: FleetSound) -> EventLoopFuture<Void> {
        let device = FleetDevice(id: id, mode: mode, sound: sound, tally: tally)
        let bound = NIOLoopBound(device, eventLoop: loop)
        slots[(id / 2) % Self.slotCount].append(device)
        var bootstrap = ClientBootstrap(group: loop).channelOption(.tcpOption(.tcp_nodelay), value: 1)
        // What a board's network stack holds; the kernel's megabytes would hide a device that does not read.
        if mode == .slowReader { bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: 8192) }
        return
            bootstrap
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
            .connect(host: "127.0.0.1", port: port).map { _ in }
    }

    func begin() { tally.begin() }
    var snapshot: FleetTally.Snapshot { tally.snapshot }

    func stop() {
        timer?.cancel()
        for device in slots.flatMap({ $0 }) { device.leave() }
        slots = Array(repeating: [], count: Self.slotCount)
    }

    /// Forgets devices that left by themselves.
    func clear() { slots = Array(repeating: [], count: Self.slotCount) }
}
