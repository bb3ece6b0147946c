import Flow
import Logging
import Resilience
import Synchronization
import Testing
import VoiceAPI
import VoiceTesting

@Suite struct FallbackModelTests {
    @Test func `the first model answers and the second is not asked`() {
        let world = ModelWorld([[[.give("a"), .give("b")]], [[.give("no")]]])
        let answer = world.ask()
        #expect(answer.text == "ab" && answer.code == nil)
        #expect(world.models[1].calls == 0)
        #expect(world.events.map(\.provider) == ["A"])
        #expect(world.events.map(\.code) == [nil])
        #expect(world.log.all.isEmpty)
    }

    @Test(arguments: [
        ProviderError.Code.unavailable, .unauthorized, .rateLimited, .timedOut, .invalidRequest, .invalidResponse,
        .overloaded,
    ])
    func `a failure before the first word passes the question on, told once`(code: ProviderError.Code) {
        let world = ModelWorld([[[.wait(.milliseconds(300)), .fail(code)]], [[.give("b")]]])
        let answer = world.ask()
        #expect(answer.text == "b" && answer.code == nil)
        #expect(world.events.map(\.provider) == ["A", "B"])
        #expect(world.events.map(\.code) == [code, nil])
        #expect(world.events.map(\.fellBack) == [true, false])
        #expect(world.events[0].duration == .milliseconds(300))
        #expect(world.log.all.count == 1)
        #expect(world.log.all.first?.message == "provider failed, the next one is asked")
        #expect(world.log.all.first?.metadata["next"] == "B")
    }

    @Test func `a model that stays silent for 5 s is given up and cancelled`() {
        let world = ModelWorld([[[.usage, .hang]], [[.give("b")]]])
        let answer = world.ask()
        #expect(answer.text == "b")
        #expect(answer.took >= .seconds(5) && answer.took < .milliseconds(5_100))
        #expect(world.models[0].cancelled == 1)
        #expect(world.events[0].code == .timedOut)
    }

    @Test func `after the first word nobody takes over`() {
        let world = ModelWorld([[[.give("half a "), .fail(.unavailable)]], [[.give("b")]]])
        let answer = world.ask()
        #expect(answer.text == "half a ")
        #expect(answer.code == .unavailable && answer.provider == "A")
        #expect(world.models[1].calls == 0)
        #expect(world.events.map(\.fellBack) == [false])
    }

    @Test func `a first word in time ends the deadline, however long the rest takes`() {
        let world = ModelWorld([[[.wait(.seconds(4)), .give("a"), .wait(.seconds(20)), .give("b")]], [[.give("no")]]])
        #expect(world.ask().text == "ab")
        #expect(world.events.first?.firstOutput == .seconds(4))
    }

    @Test func `a slow listener is not the model's slowness`() {
        var policy = BreakerPolicy()
        policy.minimumCalls = 1
        let world = ModelWorld([[[.give("a"), .give("b"), .give("c")]], [[.give("no")]]], policy: policy)
        #expect(world.ask(listener: .seconds(9)).text == "abc")
        #expect(world.breakers[0].status == .closed)
    }

    @Test(arguments: [
        ([ProviderError.Code.timedOut, .unauthorized, .unavailable], ProviderError.Code.unauthorized, "B"),
        ([.unavailable, .timedOut], .unavailable, "A"), ([.overloaded, .rateLimited], .rateLimited, "B"),
    ])
    func `when all fail the most telling error is thrown`(
        codes: [ProviderError.Code], code: ProviderError.Code, provider: String
    ) {
        let world = ModelWorld(codes.map { [[.fail($0)]] })
        let answer = world.ask()
        #expect(answer.code == code && answer.provider == provider)
        #expect(world.events.count == codes.count)
        #expect(world.events.last?.fellBack == false)
    }

    @Test func `an open breaker is skipped without asking, and probed after the pause`() {
        var policy = BreakerPolicy()
        policy.minimumCalls = 2
        policy.probes = 1
        let failing: [Step] = [.fail(.unavailable)]
        let world = ModelWorld([[failing, failing, [.give("a")]], [[.give("b")]]], policy: policy)
        for _ in 0..<5 { #expect(world.ask().text == "b") }
        #expect(world.models[0].calls == 2)
        world.simulation.advance(by: .seconds(30))
        #expect(world.ask().text == "a")
        #expect(world.breakers[0].status == .closed)
    }

    @Test func `when every breaker is open the last reason is told at once`() {
        var policy = BreakerPolicy()
        policy.minimumCalls = 1
        let world = ModelWorld([[[.fail(.unauthorized)]], [[.fail(.unavailable)]]], policy: policy)
        _ = world.ask()
        let answer = world.ask()
        #expect(answer.code == .unauthorized && answer.took == .zero)
        #expect(world.models.map(\.calls) == [1, 1])
    }

    @Test func `an interrupted turn cancels the model, is not counted and asks nobody else`() {
        var policy = BreakerPolicy()
        policy.minimumCalls = 1
        let world = ModelWorld([[[.hang]], [[.give("b")]]], policy: policy)
        #expect(!world.ask(limit: .seconds(2)).isDone)
        world.simulation.stop()
        #expect(world.models[0].cancelled == 1)
        #expect(world.models[1].calls == 0)
        #expect(world.events.map(\.code) == [.cancelled])
        #expect(world.breakers[0].status == .closed && world.breakers[0].lastError == nil)
    }

    @Test func `with a retry policy the chain is asked again while it is useful, but never after a word`() {
        var retry = RetryPolicy()
        retry.jitter = 0
        let failing: [Step] = [.fail(.unavailable)]
        let mended = ModelWorld([[failing, [.give("a")]]], retry: retry)
        let answer = mended.ask()
        #expect(answer.text == "a" && answer.took >= .seconds(1) && answer.took < .milliseconds(1_100))

        let broken = ModelWorld([[failing]], retry: retry)
        #expect(broken.ask().code == .unavailable)
        // At 0, 1 and 3 s; the next would begin at 7 s.
        #expect(broken.models[0].calls == 3)
        #expect(broken.events.map(\.isRetry) == [false, true, true])

        let halfway = ModelWorld([[[.give("a"), .fail(.unavailable)]]], retry: retry)
        #expect(halfway.ask().code == .unavailable)
        #expect(halfway.models[0].calls == 1)
    }

    @Test func `one turn that fails is one failure: it does not take the only model from everybody`() {
        var retry = RetryPolicy()
        retry.jitter = 0
        let failing: [Step] = [.fail(.unavailable)]
        let good: [Step] = [.give("a")]
        let world = ModelWorld([[good, good, failing, failing, failing, good]], retry: retry)
        for _ in 0..<2 { #expect(world.ask().text == "a") }
        #expect(world.ask().code == .unavailable)
        #expect(world.models[0].calls == 5)
        #expect(world.breakers[0].status == .closed)
        #expect(world.ask().text == "a")
    }

    @Test func `when all rest nobody waits for a retry`() {
        var retry = RetryPolicy()
        retry.jitter = 0
        var policy = BreakerPolicy()
        policy.minimumCalls = 1
        let world = ModelWorld([[[.fail(.unavailable)]]], policy: policy, retry: retry)
        _ = world.ask()
        let calls = world.models[0].calls
        let answer = world.ask()
        #expect(answer.code == .unavailable && answer.took == .zero)
        #expect(world.models[0].calls == calls)
    }

    @Test func `a call is a retry when its provider was asked before in the same turn, not when another was`() {
        var retry = RetryPolicy()
        retry.jitter = 0
        let failing: [Step] = [.fail(.unavailable)]
        let world = ModelWorld([[failing, [.give("a")]], [failing]], retry: retry)
        #expect(world.ask().text == "a")
        #expect(world.events.map(\.provider) == ["A", "B", "A"])
        #expect(world.events.map(\.isRetry) == [false, false, true])
        // The next question is not the same turn.
        #expect(world.ask().text == "a")
        #expect(world.events.last?.isRetry == false)
    }

    @Test(arguments: 0..<20)
    func `a provider that fails three calls of ten never leaves a question unanswered`(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let script: [[Step]] = (0..<60).map { _ in
            guard Int.random(in: 0..<10, using: &generator) < 3 else { return [.give("ok")] }
            return Bool.random(using: &generator) ? [.hang] : [.fail(.unavailable)]
        }
        let world = ModelWorld([script, [[.give("ok")]]])
        for _ in 0..<50 {
            let answer = world.ask()
            #expect(answer.text == "ok" && answer.code == nil)
            #expect(answer.took < .milliseconds(5_100))
        }
    }

    @Test func `the breaker's observer hears every change once`() {
        let simulation = Simulation()
        let clock = SessionClock(simulation.clock)
        let changes = Mutex<[String]>([])
        var policy = BreakerPolicy()
        policy.minimumCalls = 1
        policy.probes = 1
        let breaker = BreakerGuard(name: "A", policy: policy, clock: clock) { name, from, to in
            changes.withLock { $0.append("\(name) \(from)>\(to)") }
        }
        func call(_ error: ProviderError?) {
            if let permit = breaker.admit() { breaker.record(permit, error: error, duration: .zero) }
        }
        call(nil)
        call(ProviderError(.unavailable, provider: "A", message: "no"))
        call(nil)
        #expect(breaker.status == .open)
        simulation.advance(by: .seconds(30))
        call(nil)
        #expect(changes.withLock { $0 } == ["A closed>open", "A open>halfOpen", "A halfOpen>closed"])
        #expect(breaker.lastError == nil)
    }
}
