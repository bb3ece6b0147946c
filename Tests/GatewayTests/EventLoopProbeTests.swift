import Dispatch
import Flow
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(1))) struct EventLoopProbeTests {
    /// Stands at zero until it was read twice, by its `SessionClock` and by the probe that asks a loop; then it is
    /// seven seconds later.
    private struct LateClock: Clock {
        struct Instant: InstantProtocol {
            var offset: Duration
            func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
            func duration(to other: Instant) -> Duration { other.offset - offset }
            static func < (a: Instant, b: Instant) -> Bool { a.offset < b.offset }
        }
        final class Reads: Sendable {
            let count = Atomic<Int>(0)
        }
        let reads = Reads()
        var now: Instant {
            Instant(offset: reads.count.add(1, ordering: .relaxed).oldValue < 2 ? .zero : .seconds(7))
        }
        var minimumResolution: Duration { .nanoseconds(1) }
        func sleep(until deadline: Instant, tolerance: Duration?) async throws { throw CancellationError() }
    }

    @Test func `a loop that is late tells by how much, under its number`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let (delays, report) = AsyncStream.makeStream(of: (loop: Int, delay: Duration).self)
        let probe = EventLoopProbe(loops: [group.next()], clock: SessionClock(LateClock())) { report.yield(($0, $1)) }
        try await probe.run()
        report.finish()
        var heard: [(loop: Int, delay: Duration)] = []
        for await delay in delays { heard.append(delay) }
        #expect(heard.map(\.loop) == [0])
        #expect(heard.map(\.delay) == [.seconds(7)])
        try await group.shutdownGracefully()
    }

    @Test func `a loop that is blocked tells nothing and keeps nobody else from telling`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let loops = Array(group.makeIterator())
        let gate = DispatchSemaphore(value: 0)
        loops[1].execute { gate.wait() }
        let (numbers, report) = AsyncStream.makeStream(of: Int.self)
        let probe = EventLoopProbe(
            loops: loops, interval: .milliseconds(1), clock: SessionClock(ContinuousClock())
        ) { loop, _ in report.yield(loop) }
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try? await probe.run() }
            var counts = [0, 0]
            for await loop in numbers {
                counts[loop] += 1
                if counts[0] == 20 { break }
            }
            #expect(counts[1] == 0)
            gate.signal()
            for await loop in numbers where loop == 1 { break }
            tasks.cancelAll()
        }
        try await group.shutdownGracefully()
    }

    @Test func `a running gateway tells of every loop by its number`() async throws {
        let (numbers, report) = AsyncStream.makeStream(of: Int.self)
        let loops = Array(MultiThreadedEventLoopGroup.singleton.makeIterator()).count
        try await GatewayFixture.run(onLoopDelay: { loop, _ in report.yield(loop) }) { _, _ in
            var waiting = Set(0..<loops)
            for await loop in numbers {
                waiting.remove(loop)
                if waiting.isEmpty { break }
            }
            #expect(waiting.isEmpty)
        }
    }
}
