import Dispatch
import Synchronization
import Testing
import VoiceAPI

@testable import Inference

@Suite struct WorkerPoolTests {
    private final class Shared<Value: Sendable>: Sendable {
        let value: Mutex<Value>
        init(_ value: Value) { self.value = Mutex(value) }
    }

    private static func code(_ pool: WorkerPool, _ work: @escaping @Sendable (CancellationCheck) throws -> Int) async
        -> ProviderError.Code?
    {
        do throws(ProviderError) {
            _ = try await pool.run(work)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `value and error of a job come back`() async throws {
        let pool = try WorkerPool(threads: 1)
        #expect(try await pool.run { _ in 7 } == 7)
        let refused = await Self.code(pool) { _ throws(ProviderError) in
            throw ProviderError(.invalidRequest, provider: "x", message: "y")
        }
        #expect(refused == .invalidRequest)
    }

    @Test func `as many jobs as threads run at once, and no more`() async throws {
        let pool = try WorkerPool(threads: 3, queueLimit: 100)
        let counter = Shared((now: 0, most: 0))
        let meeting = DispatchSemaphore(value: 0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<30 {
                group.addTask {
                    try await pool.run { _ in
                        let now = counter.value.withLock { counter in
                            counter.now += 1
                            counter.most = max(counter.most, counter.now)
                            return counter.now
                        }
                        if now == 3 { for _ in 0..<30 { meeting.signal() } }
                        meeting.wait()
                        counter.value.withLock { $0.now -= 1 }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(counter.value.withLock { $0.most } == 3)
    }

    @Test func `a full queue is overloaded`() async throws {
        let pool = try WorkerPool(threads: 1, queueLimit: 1)
        let gate = DispatchSemaphore(value: 0)
        let codes = await withTaskGroup(of: ProviderError.Code?.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    await Self.code(pool) { _ in
                        gate.wait()
                        return 1
                    }
                }
            }
            // One of the three is refused at once, whichever comes last.
            let first = await group.next() ?? nil
            for _ in 0..<3 { gate.signal() }
            return [first, await group.next() ?? nil, await group.next() ?? nil]
        }
        #expect(codes[0] == .overloaded)
        #expect(codes.filter { $0 == nil }.count >= 1)
    }

    @Test func `cancelling returns at once while the job still blocks, and the job is told`() async throws {
        let pool = try WorkerPool(threads: 1)
        let gate = DispatchSemaphore(value: 0)
        let (started, start) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let wasTold = Shared(false)
        let code = await withTaskGroup(of: ProviderError.Code?.self) { group in
            group.addTask {
                await Self.code(pool) { cancellation in
                    start.yield()
                    gate.wait()
                    wasTold.value.withLock { $0 = cancellation.isCancelled }
                    return 1
                }
            }
            for await _ in started { break }
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(code == .cancelled)
        gate.signal()
        pool.shutdown()
        #expect(wasTold.value.withLock { $0 })
    }

    @Test func `a pool that is shut down refuses`() async throws {
        let pool = try WorkerPool(threads: 2)
        pool.shutdown()
        pool.shutdown()
        #expect(await Self.code(pool) { _ in 1 } == .unavailable)
    }
}
