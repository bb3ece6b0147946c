import NIOCore
import NIOPosix

/// One run: so many devices do one thing for so long against one server.
struct FleetRun: Sendable {
    var port: Int
    /// The server's process, for its CPU and memory; nil when it is somewhere else.
    var server: Int32?
    var mode: FleetMode
    var devices: Int
    var seconds: Int
    /// New connections per second.
    var rate: Int
    var sound: FleetSound

    func run() async throws -> FleetReport {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let part = try await loop.submit {
            let part = FleetLoop(loop: loop)
            part.start()
            return NIOLoopBound(part, eventLoop: loop)
        }.get()
        let clock = ContinuousClock()
        let before = usage()
        let connecting = clock.now
        var failed = 0
        let limit = mode == .storm ? rate * seconds : devices
        for first in stride(from: 0, to: limit, by: max(1, rate / 20)) {
            let ids = first..<min(first + max(1, rate / 20), limit)
            failed += try await connect(ids, part, loop)
            // The rate is a wish: a machine that is slower takes longer.
            let due = connecting + .seconds(1) * (Double(ids.upperBound) / Double(rate))
            if clock.now < due { try await clock.sleep(until: due) }
        }
        // Greetings that are still under way.
        try await clock.sleep(for: .milliseconds(500))
        let connected = clock.now
        let afterConnecting = usage()
        var report = FleetReport(mode: mode, devices: devices)
        // Until the last device has begun to speak.
        if mode.talks { try await clock.sleep(for: .milliseconds(FleetDevice.round + 1000)) }
        try await loop.submit { part.value.begin() }.get()
        let (startUsage, start) = (usage(), clock.now)
        if mode != .storm { try await clock.sleep(for: .seconds(seconds)) }
        let (endUsage, end) = (usage(), clock.now)
        let seen = try await loop.submit { part.value.snapshot }.get()
        try await loop.submit { part.value.stop() }.get()
        try await group.shutdownGracefully()

        report.failed = failed
        report.seen = seen
        report.connectSeconds = connecting.duration(to: connected) / .seconds(1) - 0.5
        let measured = mode == .storm ? (before, afterConnecting) : (startUsage, endUsage)
        let length =
            mode == .storm ? connecting.duration(to: connected) / .seconds(1) : start.duration(to: end) / .seconds(1)
        if let from = measured.0.server, let to = measured.1.server {
            report.serverCPU = (to.cpu - from.cpu) / length
            report.serverResident = to.resident
            report.threadsMore = before.server.map { to.threads - $0.threads }
            report.bytesPerDevice = before.server.map { (to.resident - $0.resident) / max(1, seen.greeted) }
        }
        if let from = measured.0.fleet, let to = measured.1.fleet { report.fleetCPU = (to.cpu - from.cpu) / length }
        if let from = measured.0.machine, let to = measured.1.machine, let own = report.serverCPU {
            report.othersCPU = max(0, (to - from) / length - own - report.fleetCPU)
        }
        return report
    }

    private func connect(_ ids: Range<Int>, _ part: NIOLoopBound<FleetLoop>, _ loop: any EventLoop) async throws
        -> Int
    {
        let (port, mode, sound) = (port, mode, sound)
        let results = try await loop.flatSubmit {
            let isolated = loop.assumeIsolated()
            if mode == .storm { part.value.clear() }
            let futures = ids.map { part.value.connect(id: $0, port: port, mode: mode, sound: sound) }
            return EventLoopFuture.whenAllComplete(futures, on: isolated.nonisolated())
                .map { $0.count { if case .failure = $0 { true } else { false } } }
        }.get()
        return results
    }

    private func usage() -> (server: ProcessUsage?, fleet: ProcessUsage?, machine: Double?) {
        (server.flatMap { ProcessUsage.read($0) }, ProcessUsage.read(), MachineUsage.busySeconds)
    }
}
