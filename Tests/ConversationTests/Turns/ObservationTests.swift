import Conversation
import Flow
import JSON
import Testing
import Tools
import VoiceAPI
import VoiceTesting

/// What a session tells those who watch it.
@Suite struct ObservationTests {
    private struct Lookup: Tool {
        let clock: SessionClock
        var fails = false
        var description: ToolDescription {
            ToolDescription(name: "lookup", summary: "", parameters: ["type": "object"])
        }
        func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult {
            try await clock.sleep(for: .milliseconds(700))
            return fails ? .failure("no") : .inform("found")
        }
    }

    private func kinds(_ talk: SimulatedConversation) -> [String] {
        talk.reports.events.compactMap { event in
            switch event {
            case .opened: "opened"
            case .closed(let reason): "closed: \(reason)"
            case .turnBegan: "turn began"
            case .turnEnded: "turn ended"
            case .providerAnswered(let provider, let kind): "\(kind) \(provider)"
            case .providerFailed(let error, let kind): "\(kind) failed \(error.code)"
            case .frameReceived, .frameUnheard, .frameSent: nil
            }
        }
    }

    @Test func `a turn's report names who did the work and when it ended`() throws {
        let talk = try SimulatedConversation()
        talk.open()
        try talk.say()
        #expect(talk.finishReply())
        let report = try #require(talk.reports.reports.last)
        #expect(report.providers.detector != nil)
        #expect(report.providers.recognizer == talk.recognizer.name)
        #expect(report.providers.model == talk.model.name)
        #expect(report.providers.voice == talk.voice.name)
        #expect(report.providers.classifier == nil)
        #expect(report.timeline.firstSentence != nil)
        let (end, played) = (report.timeline.ended, report.timeline.playbackEnd)
        #expect(try #require(end) >= #require(played))
    }

    @Test func `a fixed phrase has its sentence too`() throws {
        let talk = try SimulatedConversation(
            hear: [.hear("bye")], prepare: { settings, _ in settings.exitPhrases = ["bye"] })
        talk.open()
        try talk.say()
        #expect(talk.finishReply())
        let line = try #require(talk.reports.reports.last).timeline
        #expect(line.firstToken == nil)
        #expect(try #require(line.firstSentence) <= #require(line.firstAudio))
    }

    @Test func `typed words were heard by no recognizer`() throws {
        let talk = try SimulatedConversation()
        talk.open()
        talk.send(["type": "listen", "state": "detect", "text": "hello"])
        #expect(talk.finishReply())
        let report = try #require(talk.reports.reports.last)
        #expect(report.providers.recognizer == nil)
        #expect(report.providers.detector == nil)
    }

    @Test(arguments: [false, true])
    func `a tool call is timed and its failure noted`(fails: Bool) throws {
        let shelf = ToolShelf([])
        let conversation = try SimulatedConversation(
            answer: [
                [
                    .call(ToolCall(id: "1", name: "lookup", arguments: "{}")),
                    .call(ToolCall(id: "2", name: "made up", arguments: "{}")),
                ],
                [.say("There it is.")],
            ],
            prepare: { _, providers in providers.tools = shelf })
        shelf.put([Lookup(clock: SessionClock(conversation.simulation.clock), fails: fails)], as: "test")
        conversation.open()
        try conversation.say()
        #expect(conversation.finishReply())
        let calls = try #require(conversation.reports.reports.last).tools
        #expect(Set(calls.map(\.name)) == ["lookup", "unknown"])
        let call = try #require(calls.first { $0.name == "lookup" })
        #expect(try #require(call.end) - call.start == .milliseconds(700))
        #expect(call.isFailed == fails)
        #expect(calls.first { $0.name == "unknown" }?.isFailed == true)
    }

    @Test func `a call that the turn's end cut off has no end`() throws {
        let shelf = ToolShelf([])
        let talk = try SimulatedConversation(
            answer: [[.call(ToolCall(id: "1", name: "lookup", arguments: "{}"))], [.say("Never.")]],
            prepare: { _, providers in providers.tools = shelf })
        shelf.put([Lookup(clock: SessionClock(talk.simulation.clock))], as: "test")
        talk.open()
        try talk.say()
        talk.send(["type": "abort"])
        talk.simulation.settle()
        let call = try #require(talk.reports.reports.last?.tools.first)
        #expect(call.end == nil)
    }

    @Test func `the classifier's time is a stage of its own`() throws {
        let talk = try SimulatedConversation(
            prepare: { _, providers in
                providers.tools = ToolShelf([Lookup(clock: SessionClock(ContinuousClock()))])
                providers.intent = .classifier(FakeModel([[.say("[]")]], clock: ContinuousClock()))
            })
        talk.open()
        try talk.say()
        #expect(talk.finishReply())
        let report = try #require(talk.reports.reports.last)
        #expect(report.providers.classifier == "FakeModel")
        #expect(report.timeline.intent != nil)
        let plain = try SimulatedConversation()
        plain.open()
        try plain.say()
        #expect(plain.finishReply())
        #expect(try #require(plain.reports.reports.last).timeline.intent == nil)
    }

    @Test func `a session tells its life in order`() throws {
        let talk = try SimulatedConversation()
        talk.open()
        try talk.say()
        #expect(talk.finishReply())
        talk.device.leave()
        talk.simulation.settle()
        let (ears, mind, mouth) = (talk.recognizer.name, talk.model.name, talk.voice.name)
        #expect(
            kinds(talk) == [
                "opened", "turn began", "asr \(ears)", "llm \(mind)", "tts \(mouth)", "turn ended",
                "closed: device left",
            ])
    }

    @Test func `failures of providers are told with their code`() throws {
        let error = ProviderError(.rateLimited, provider: "Fake", message: "busy")
        let talk = try SimulatedConversation(hear: [.fail(error), .hear("hello")], answer: [[.fail(error)]])
        talk.open()
        try talk.say()
        #expect(talk.finishReply())
        try talk.say()
        #expect(talk.finishReply())
        #expect(kinds(talk).filter { $0.contains("failed") } == ["asr failed rateLimited", "llm failed rateLimited"])
    }

    @Test func `frames are counted both ways, none late in time that runs by hand`() throws {
        let talk = try SimulatedConversation()
        talk.open()
        try talk.say()
        #expect(talk.finishReply())
        var (received, sent, late, gaps) = (0, 0, 0, 0)
        for event in talk.reports.events {
            switch event {
            case .frameReceived: received += 1
            case .frameSent(let lateness, let gap):
                sent += 1
                if lateness > .zero { late += 1 }
                if gap > .zero { gaps += 1 }
            default: break
            }
        }
        #expect(received == 25)
        #expect(sent == talk.audioTimes.count)
        #expect(late == 0)
        #expect(gaps == 0)
    }

    @Test func `a model that pauses in the middle leaves the device with a gap`() throws {
        let talk = try SimulatedConversation(
            answer: [[.say("First part. "), .wait(.seconds(4)), .say("Second part.")]],
            speak: [.speak(.milliseconds(600)), .speak(.milliseconds(600))])
        talk.open()
        try talk.say()
        #expect(talk.finishReply())
        let gaps = talk.reports.events.compactMap { event -> Duration? in
            guard case .frameSent(_, let gap) = event, gap > .zero else { return nil }
            return gap
        }
        #expect(gaps.count == 1)
        #expect(try #require(gaps.first) > .seconds(2))
    }

    @Test func `an interrupting voice is timed until the reply falls silent`() throws {
        let talk = try SimulatedConversation(
            hear: [.hear("hello"), .hear("stop")],
            answer: [[.say("One two three four five six seven.")], [.say("Yes.")]],
            speak: [.speak(.seconds(6)), .speak(.milliseconds(600))])
        talk.open(mode: "realtime")
        try talk.say()
        try #require(talk.simulation.advance(upTo: .seconds(5)) { !talk.audioTimes.isEmpty })
        try talk.say()
        talk.finishReply()
        let interrupted = try #require(talk.reports.reports.first { $0.timeline.ending == .interrupted })
        let bargeIn = try #require(interrupted.timeline.bargeIn)
        // Three voiced windows of 32 ms, at most five.
        #expect(bargeIn >= .milliseconds(96) && bargeIn <= .milliseconds(160))
    }
}
