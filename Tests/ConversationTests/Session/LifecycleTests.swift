import Flow
import JSON
import Logging
import Synchronization
import Testing
import VoiceAPI
import VoiceTesting

@testable import Conversation

/// How sessions end, in simulated time.
@Suite struct LifecycleTests {
    private static let device = SimulatedConversation.deviceID

    private func sweeper(
        _ talk: SimulatedConversation, _ policy: SweepPolicy = SweepPolicy(),
        onSweep: @escaping @Sendable (SweepSummary) -> Void = { _ in }
    ) -> SessionSweeper {
        SessionSweeper(
            directory: talk.directory, policy: { policy }, clock: SessionClock(talk.simulation.clock),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, onSweep: onSweep)
    }

    @Test func `a newer connection of the same device replaces the older one cleanly`() throws {
        let talk = try SimulatedConversation(speak: [.speak(.seconds(20))])
        talk.open()
        try talk.say()
        talk.simulation.advance(by: .seconds(2))
        #expect(talk.count(of: "start") == 1 && talk.count(of: "stop") == 0)
        weak let older = talk.directory.session(of: Self.device)
        #expect(older != nil)
        let again = try talk.connectAgain()
        talk.simulation.advance(by: .seconds(3))
        #expect(talk.device.closed?.code == 1000)
        #expect(talk.device.closed?.reason == "replaced by a newer connection")
        #expect(older == nil, "the older session lives on")
        // The old answer ended properly, and nothing of it went to the new connection.
        #expect(talk.count(of: "stop") == 1)
        #expect(again.received.isEmpty)
        #expect(again.closed == nil)
        #expect(talk.directory.count == 1)
        again.send(text: #"{"type":"hello","version":1,"transport":"websocket"}"#)
        talk.simulation.settle()
        #expect(again.received.count == 1)
        again.leave()
        talk.simulation.settle()
        #expect(talk.directory.count == 0)
        #expect(talk.directory.devices.isEmpty)
    }

    @Test func `a session in which nothing happens is swept, one that talks stays`() throws {
        let talk = try SimulatedConversation { settings, _ in settings.idleLimit = .seconds(100_000) }
        talk.open()
        var policy = SweepPolicy()
        policy.silence = .seconds(30)
        let sweeper = sweeper(talk, policy)
        talk.simulation.start { await sweeper.run() }
        for _ in 0..<4 {
            talk.simulation.advance(by: .seconds(10))
            talk.send(["type": "listen", "state": "start", "mode": "auto"])
        }
        #expect(talk.device.closed == nil)
        talk.simulation.advance(by: .seconds(40))
        #expect(talk.device.closed?.reason == "no activity")
        #expect(talk.directory.count == 0)
    }

    @Test func `devices that do not read are swept side by side`() throws {
        let talk = try SimulatedConversation()
        let other = try talk.connectAgain(as: "aa:bb:cc:dd:ee:00")
        for device in [talk.device, other] {
            device.stopReading()
            // The answer to it is what they do not read.
            device.send(text: #"{"type":"hello","version":1,"transport":"websocket"}"#)
        }
        var policy = SweepPolicy()
        policy.silence = .seconds(30)
        let sweeper = sweeper(talk, policy)
        talk.simulation.start { await sweeper.run() }
        #expect(talk.simulation.advance(upTo: .seconds(60)) { talk.device.closed != nil || other.closed != nil })
        #expect(talk.device.closed?.code == 1008)
        #expect(other.closed?.code == 1008)
    }

    @Test func `each sweep tells what all sessions weigh and what the heaviest does`() async throws {
        let talk = try SimulatedConversation()
        talk.open()
        try talk.say()
        talk.finishReply()
        _ = try talk.connectAgain(as: "aa:bb:cc:dd:ee:00")
        talk.simulation.settle()
        let summaries = Mutex<[SweepSummary]>([])
        let sweeper = sweeper(talk) { summary in summaries.withLock { $0.append(summary) } }
        talk.simulation.start { await sweeper.run() }
        talk.simulation.advance(by: .seconds(11))
        var weights: [Int] = []
        for session in talk.directory.sessions { weights.append(await session.status().memoryEstimate) }
        let seen = summaries.withLock { $0 }
        #expect(seen.map(\.sessions) == [2, 2])
        #expect(seen.map(\.memory) == [Int](repeating: weights.reduce(0, +), count: 2))
        #expect(seen.map(\.largestMemory) == [Int](repeating: weights.max() ?? 0, count: 2))
        #expect(Set(weights).count == 2)
        talk.device.leave()
        talk.simulation.advance(by: .seconds(5))
        #expect(summaries.withLock { $0.last }?.sessions == 1)
    }

    @Test func `the busiest session is the one that took the greatest share of a core`() {
        var summary = SweepSummary()
        for (memory, share) in [(10, nil), (30, 0.25), (20, 0.5), (0, 0.125)] as [(Int, Double?)] {
            summary.add(memory: memory, busyShare: share)
        }
        #expect(summary.sessions == 4)
        #expect(summary.memory == 60)
        #expect(summary.largestMemory == 30)
        #expect(summary.largestBusyShare == 0.5)
    }

    /// A connection of which seven frames never leave.
    private struct StuckConnection: DeviceConnection {
        var backlog: Int { 7 }
        func send(_ frame: DeviceFrame) -> Bool { true }
        func dropAudio() {}
        func perform(_ work: @escaping @Sendable () async -> Void) -> Bool { true }
        func setAlarm(after delay: Duration, _ work: @escaping @Sendable () async -> Void) {}
        func close(code: UInt16, reason: String) {}
    }

    @Test func `the queues of a session that was replaced count until it is gone`() throws {
        let talk = try SimulatedConversation()
        let (simulation, directory, live) = (talk.simulation, talk.directory, talk.live)
        let lines = (0..<2).map { _ in InProcessDevice { .zero } }
        for (number, line) in lines.enumerated() {
            let session = Session(
                id: "stuck-\(number)", identity: DeviceIdentity(deviceID: "aa:bb:cc:dd:ee:00"),
                connection: StuckConnection(), live: live, clock: SessionClock(simulation.clock),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            simulation.start { await directory.serve(session, line.inputs) }
            simulation.settle()
        }
        func outbox() -> Int? { directory.queueDepths.first { $0.queue == "outbox" }?.depth }
        #expect(outbox() == 14)
        lines[0].leave()
        simulation.settle()
        #expect(outbox() == 7)
        lines[1].leave()
        simulation.settle()
        #expect(outbox() == 0)
    }

    @Test func `a session over its limits is slimmed, then closed`() throws {
        let talk = try SimulatedConversation()
        talk.open()
        for _ in 0..<8 {
            try talk.say()
            talk.finishReply()
            talk.send(["type": "listen", "state": "start", "mode": "auto"])
        }
        let session = try #require(talk.directory.session(of: Self.device))
        var policy = SweepPolicy()
        policy.memory = 1
        let sweeper = sweeper(talk, policy)
        talk.simulation.start { await sweeper.run() }
        talk.simulation.advance(by: .seconds(6))
        // Slimmed: the next prompt holds no more than the last ten entries and the new words.
        #expect(talk.device.closed == nil)
        try talk.say(milliseconds: 600)
        #expect((talk.model.prompts.last?.messages.count ?? 0) <= 11)
        #expect(talk.model.prompts.last?.messages.count ?? 0 > 2)
        talk.simulation.advance(by: .seconds(6))
        #expect(talk.device.closed?.code == 1008)
        #expect(talk.device.closed?.reason == "too much memory")
        _ = session
    }

    @Test func `a reload's limits hold from the next sweep on`() throws {
        let talk = try SimulatedConversation()
        talk.open()
        let limit = Mutex(50 << 20)
        let sweeper = SessionSweeper(
            directory: talk.directory,
            policy: {
                var policy = SweepPolicy()
                policy.memory = limit.withLock { $0 }
                return policy
            }, clock: SessionClock(talk.simulation.clock),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        talk.simulation.start { await sweeper.run() }
        talk.simulation.advance(by: .seconds(20))
        #expect(talk.device.closed == nil)
        limit.withLock { $0 = 1 }
        talk.simulation.advance(by: .seconds(11))
        #expect(talk.device.closed?.reason == "too much memory")
    }

    @Test func `at a graceful stop an answer is said to its end, and nothing new begins`() throws {
        let talk = try SimulatedConversation(speak: [.speak(.seconds(4))])
        talk.open()
        try talk.say()
        talk.simulation.advance(by: .seconds(1))
        let directory = talk.directory
        talk.simulation.start { await directory.drain(within: .seconds(10)) }
        talk.simulation.advance(by: .seconds(1))
        #expect(directory.isDraining)
        talk.send(["type": "listen", "state": "detect", "text": "what is the time"])
        #expect(talk.device.closed == nil)
        talk.simulation.advance(by: .seconds(5))
        #expect(talk.count(of: "stop") == 1 && talk.count(of: "start") == 1)
        #expect(talk.audioTimes.count == 67)
        #expect(talk.device.closed?.code == 1001)
        #expect(directory.count == 0)
    }

    @Test func `an answer that is longer than the deadline is cut, with its tts stop`() throws {
        let talk = try SimulatedConversation(speak: [.speak(.seconds(60))])
        talk.open()
        try talk.say()
        talk.simulation.advance(by: .seconds(1))
        let directory = talk.directory
        talk.simulation.start { await directory.drain(within: .seconds(5)) }
        talk.simulation.advance(by: .seconds(7))
        #expect(talk.count(of: "stop") == 1)
        #expect(talk.device.closed?.code == 1001)
    }

    @Test func `who streams but says nothing hears a goodbye before the end`() throws {
        let talk = try SimulatedConversation { settings, _ in settings.idleLimit = .seconds(20) }
        talk.open()
        try talk.pause(21_000)
        talk.finishReply()
        talk.simulation.advance(by: .seconds(2))
        #expect(talk.outline == ["hello", "start", "sentence_start", "audio", "stop"])
        #expect(talk.messages("sentence_start").first?.json["text"] == "Goodbye.")
        #expect(talk.device.closed?.code == 1000)
    }

    @Test func `the owner's instruction makes the goodbye, and whoever speaks on stays`() throws {
        let talk = try SimulatedConversation(answer: [[.say("See you soon.")], [.say("Of course.")]]) { settings, _ in
            settings.idleLimit = .seconds(20)
            settings.farewellPrompt = "Say goodbye warmly."
        }
        talk.open()
        try talk.pause(20_400)
        #expect(talk.model.prompts.first?.lastUserText == "Say goodbye warmly.")
        #expect(talk.count(of: "stt") == 0)
        // "Wait!"
        talk.send(["type": "listen", "state": "detect", "text": "wait"])
        talk.finishReply()
        talk.simulation.advance(by: .seconds(3))
        #expect(talk.device.closed == nil)
        #expect(talk.messages("sentence_start").last?.json["text"] == "Of course.")
    }

    @Test func `who only holds the connection is closed without a word`() throws {
        let talk = try SimulatedConversation { settings, _ in settings.idleLimit = .seconds(20) }
        talk.open()
        talk.simulation.advance(by: .seconds(25))
        #expect(talk.outline == ["hello"])
        #expect(talk.device.closed?.reason == "idle")
    }

    @Test func `nobody is cut off in mid-sentence for want of words`() throws {
        let talk = try SimulatedConversation(
            hear: [.hear("a long story")], prepare: { settings, _ in settings.idleLimit = .seconds(10) })
        talk.open()
        try talk.pause(6000)
        try talk.speak(9000)
        #expect(talk.device.closed == nil)
        try talk.pause(600)
        talk.finishReply()
        #expect(talk.messages("stt").first?.json["text"] == "a long story")
        #expect(talk.device.closed == nil)
    }

    @Test func `nobody is cut off while they hold the button`() throws {
        let talk = try SimulatedConversation(prepare: { settings, _ in settings.idleLimit = .seconds(10) })
        talk.open(mode: "manual")
        try talk.speak(15_000)
        #expect(talk.device.closed == nil)
        talk.send(["type": "listen", "state": "stop"])
        #expect(talk.finishReply())
        #expect(talk.count(of: "stt") == 1)
    }

    @Test func `a device that says goodbye is let go politely`() throws {
        let talk = try SimulatedConversation(speak: [.speak(.seconds(20))])
        talk.open()
        try talk.say()
        talk.simulation.advance(by: .seconds(1))
        talk.send(["type": "goodbye"])
        talk.simulation.advance(by: .seconds(2))
        #expect(talk.device.closed?.code == 1000)
        #expect(talk.count(of: "stop") == 1)
        #expect(talk.directory.count == 0)
    }

    @Test func `an interrupted turn still tells what was said and what was heard of the answer`() throws {
        let talk = try SimulatedConversation(
            hear: [.hear("tell me a story")], answer: [[.say("Once upon a time. There was a king. And he was rich.")]],
            speak: [.speak(.seconds(2))])
        talk.open()
        try talk.say()
        talk.simulation.advance(by: .seconds(3))
        talk.send(["type": "abort"])
        talk.simulation.advance(by: .seconds(1))
        let report = try #require(talk.reports.reports.first)
        #expect(report.timeline.ending == .interrupted)
        #expect(report.userText == "tell me a story")
        #expect(report.heardText.hasPrefix("Once upon a time."))
        #expect(!report.heardText.contains("rich"))
    }
}
