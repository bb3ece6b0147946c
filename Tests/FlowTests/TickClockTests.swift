import Flow
import Testing

@Suite struct TickClockTests {
    @Test func `nobody wakes early, and all wake`() async throws {
        let clock = try #require(TickClock())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for milliseconds in 0..<60 {
                group.addTask {
                    let due = clock.now.advanced(by: .milliseconds(milliseconds))
                    try await clock.sleep(until: due)
                    #expect(clock.now >= due)
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `a moment that is over does not wait`() async throws {
        let clock = try #require(TickClock())
        try await clock.sleep(until: clock.now.advanced(by: .seconds(-1)))
    }

    @Test func `a cancelled sleep ends at once`() async throws {
        let clock = try #require(TickClock())
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do {
                        try await clock.sleep(until: clock.now.advanced(by: .seconds(3600)))
                        return false
                    } catch { return error is CancellationError }
                }
            }
            group.cancelAll()
            for await isCancelled in group { #expect(isCancelled) }
        }
    }

    @Test func `an earlier sleeper does not wait for a later one`() async throws {
        let clock = try #require(TickClock())
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { (try? await clock.sleep(until: clock.now.advanced(by: .seconds(3600)))) != nil }
            group.addTask { (try? await clock.sleep(until: clock.now.advanced(by: .milliseconds(30)))) != nil }
            #expect(await group.next() == true)
            group.cancelAll()
        }
    }
}
