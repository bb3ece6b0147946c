import Audio
import Conversation
import Plugins
import Tools
import JSON
import Testing
import VoiceAPI
import VoiceTesting

/// Whole turns in simulated time. Numbers are those of docs/protocol.md (conformance statements).
@Suite struct TurnTests {
    @Test func `statements 5, 6 and 20: speech is found, answered and played in order`() throws {
        let talk = try SimulatedConversation(hear: [.hear("what time is it")])
        talk.open()
        try talk.pause(300)
        try talk.say()
        #expect(talk.finishReply())
        #expect(talk.outline == ["hello", "stt", "start", "llm", "sentence_start", "audio", "stop"])
        #expect(talk.messages("stt").first?.json["text"] == "what time is it")
        #expect(talk.messages("hello").first?.json["transport"] == "websocket")
        #expect(talk.messages("hello").first?.json["session_id"] == "session-1")
        #expect(talk.messages("sentence_start").first?.json["text"] == "Hi, nice to meet you.")
        // Pre-roll and all: the recognizer heard at least what was said.
        #expect(talk.recognizer.heard.first ?? .zero >= .milliseconds(900))
    }

    @Test func `statement 26: the first audio comes 100 ms after tts start, not later`() throws {
        let talk = try SimulatedConversation()
        talk.open()
        try talk.say()
        talk.finishReply()
        let start = try #require(talk.messages("start").first?.time)
        #expect(talk.audioTimes.first == start + .milliseconds(100))
    }

    @Test func `statements 28 and 29: audio runs five frames ahead and stop follows the end of playback`() throws {
        let talk = try SimulatedConversation(speak: [.speak(.seconds(6))])
        talk.open()
        try talk.say()
        talk.finishReply()
        let times = talk.audioTimes
        let first = try #require(times.first)
        #expect(times.count == 100)
        for (index, time) in times.enumerated() {
            let lead = Duration.milliseconds(60 * (index + 1)) - (time - first)
            #expect(lead <= .milliseconds(300))
        }
        let playbackEnd = first + .milliseconds(6000)
        let stop = try #require(talk.messages("stop").first?.time)
        #expect(stop >= playbackEnd && stop <= playbackEnd + .milliseconds(500))
    }

    @Test func `statement 25: no audio before start or after stop, turn after turn`() throws {
        let talk = try SimulatedConversation()
        talk.open()
        for _ in 0..<3 {
            try talk.say()
            talk.finishReply()
            talk.send(["type": "listen", "state": "start", "mode": "auto"])
        }
        var isOpen = false
        for (_, event) in talk.events {
            switch event {
            case .audio: #expect(isOpen)
            case .message(let json):
                if json["state"] == "start" { isOpen = true }
                if json["state"] == "stop" { isOpen = false }
            }
        }
        #expect(talk.count(of: "stop") == 3)
        #expect(talk.model.prompts.count == 3)
    }

    @Test func `statement 21: push-to-talk is never cut off, and ends with listen stop`() throws {
        let talk = try SimulatedConversation()
        talk.open(mode: "manual")
        try talk.speak(600)
        try talk.pause(3000)
        try talk.speak(600)
        #expect(talk.count(of: "stt") == 0)
        let stopped = talk.simulation.now
        talk.send(["type": "listen", "state": "stop"])
        #expect(talk.finishReply())
        let transcript = try #require(talk.messages("stt").first?.time)
        #expect(transcript - stopped <= .milliseconds(200))
        #expect(talk.recognizer.heard == [.milliseconds(4200)])
    }

    @Test func `push-to-talk without listen stop ends at the longest utterance, although nothing comes`() throws {
        let talk = try SimulatedConversation(prepare: { settings, _ in settings.maximumUtterance = .seconds(20) })
        talk.open(mode: "manual")
        try talk.speak(600)
        talk.simulation.advance(by: .seconds(19))
        #expect(talk.count(of: "stt") == 0)
        talk.simulation.advance(by: .seconds(1))
        #expect(talk.count(of: "stt") == 1)
        #expect(talk.finishReply())
        // The button is still held: nothing begins until it is pressed again.
        try talk.speak(600)
        talk.send(["type": "listen", "state": "stop"])
        talk.simulation.advance(by: .seconds(2))
        #expect(talk.count(of: "stt") == 1)
    }

    @Test func `frames that trickle in do not make an utterance last for ever`() throws {
        let talk = try SimulatedConversation(prepare: { settings, _ in settings.maximumUtterance = .seconds(20) })
        talk.open(mode: "realtime")
        try talk.speak(600)
        for _ in 0..<21 {
            talk.simulation.advance(by: .milliseconds(940))
            try talk.speak(60)
        }
        #expect(talk.count(of: "stt") == 1)
    }

    @Test func `statement 22: listen stop without audio says nothing`() throws {
        let talk = try SimulatedConversation()
        talk.open(mode: "manual")
        talk.send(["type": "listen", "state": "stop"])
        talk.simulation.advance(by: .seconds(3))
        #expect(talk.outline == ["hello"])
    }

    @Test func `statement 19: a repeated listen start begins anew and answers nothing`() throws {
        let talk = try SimulatedConversation()
        talk.open()
        try talk.speak(600)
        talk.send(["type": "listen", "state": "start", "mode": "auto"])
        try talk.pause(1200)
        talk.simulation.advance(by: .seconds(2))
        #expect(talk.outline == ["hello"])
    }

    @Test func `statement 23: typed text is answered`() throws {
        let talk = try SimulatedConversation()
        talk.open()
        talk.send(["type": "listen", "state": "detect", "text": "tell me something"])
        #expect(talk.finishReply())
        #expect(talk.messages("stt").first?.json["text"] == "tell me something")
        #expect(talk.model.prompts.first?.lastUserText == "tell me something")
    }

    @Test func `statement 18: listen start right after a wake word does not cancel the greeting`() throws {
        let talk = try SimulatedConversation(prepare: { settings, _ in settings.wakeWords = ["你好小智"] })
        talk.send(["type": "hello", "version": 1, "transport": "websocket"])
        talk.send(["type": "listen", "state": "detect", "text": "你好，小智！"])
        talk.send(["type": "listen", "state": "start", "mode": "auto"])
        #expect(talk.finishReply())
        #expect(talk.voice.sentences == ["我在呢，请说。"])
        #expect(!talk.audioTimes.isEmpty)
        #expect(talk.model.prompts.isEmpty)
    }

    @Test(arguments: ["你好小智", "what time is it"])
    func `statement 18: not even when both arrive in one read`(words: String) throws {
        let talk = try SimulatedConversation(prepare: { settings, _ in settings.wakeWords = ["你好小智"] })
        talk.send(["type": "hello", "version": 1, "transport": "websocket"])
        talk.device.send(text: #"{"type":"listen","state":"detect","text":"\#(words)"}"#)
        talk.device.send(text: #"{"type":"listen","state":"start","mode":"auto"}"#)
        talk.simulation.settle()
        #expect(talk.finishReply())
        #expect(!talk.audioTimes.isEmpty)
    }

    @Test
    func `statements 16 and 27: audio before listen start is ignored and nothing is said before the first listen`()
        throws
    {
        let talk = try SimulatedConversation()
        talk.send(["type": "hello", "version": 1, "transport": "websocket"])
        try talk.say()
        talk.simulation.advance(by: .seconds(3))
        #expect(talk.outline == ["hello"])
    }

    @Test func `statement 34: a device without emoji gets no emotion`() throws {
        let talk = try SimulatedConversation()
        talk.open(features: ["emoji": false])
        try talk.say()
        talk.finishReply()
        #expect(talk.count(of: "llm") == 0)
        #expect(talk.count(of: "mcp") == 0)
    }

    @Test func `what was said is remembered for the next turn`() throws {
        let talk = try SimulatedConversation(
            hear: [.hear("my name is Ada"), .hear("what is my name")],
            answer: [[.say("Nice to meet you, Ada.")], [.say("Your name is Ada.")]])
        talk.open()
        for _ in 0..<2 {
            try talk.say()
            talk.finishReply()
        }
        #expect(
            talk.model.prompts.last?.messages.suffix(3) == [
                .user("my name is Ada"), .assistant("Nice to meet you, Ada.", toolCalls: []), .user("what is my name"),
            ])
    }

    @Test func `sentences are spoken in order while the next ones are being made`() throws {
        let talk = try SimulatedConversation(
            answer: [[.say("First one here. Second one here. Third one here. Fourth one here.")]],
            speak: [.speak(.seconds(1), after: .milliseconds(400)), .speak(.seconds(1))])
        talk.open()
        try talk.say()
        talk.finishReply()
        let texts = talk.messages("sentence_start").compactMap { $0.json["text"]?.string }
        #expect(texts == ["First one here.", "Second one here.", "Third one here.", "Fourth one here."])
        // No gap between sentences: 4 s of audio take 4 s.
        let times = talk.audioTimes
        #expect(times.count == 68)
        for (earlier, later) in zip(times, times.dropFirst()) { #expect(later - earlier <= .milliseconds(61)) }
    }

    @Test func `an exit phrase is answered with a goodbye and the connection ends`() throws {
        let talk = try SimulatedConversation(
            hear: [.hear("退出。")], prepare: { settings, _ in settings.exitPhrases = ["退出"] })
        talk.open()
        try talk.say()
        talk.finishReply()
        talk.simulation.advance(by: .seconds(1))
        #expect(talk.voice.sentences == ["再见。"])
        #expect(talk.device.closed?.code == 1000)
        #expect(talk.reports.isClosed)
    }

    @Test func `whoever interrupts the goodbye stays`() throws {
        let talk = try SimulatedConversation(
            hear: [.hear("退出。"), .hear("hello")], speak: [.speak(.seconds(3))],
            prepare: { settings, _ in settings.exitPhrases = ["退出"] })
        talk.open()
        try talk.say()
        try #require(talk.simulation.advance(upTo: .seconds(5)) { !talk.audioTimes.isEmpty })
        talk.send(["type": "abort"])
        talk.send(["type": "listen", "state": "start", "mode": "auto"])
        talk.simulation.advance(by: .seconds(1))
        #expect(talk.device.closed == nil)
        try talk.say()
        talk.finishReply()
        talk.simulation.advance(by: .seconds(1))
        #expect(talk.voice.sentences.last == "Hi, nice to meet you.")
        #expect(talk.device.closed == nil)
    }

    @Test func `a model that calls the leave tool says goodbye and hangs up`() throws {
        let call = ToolCall(id: "1", name: LeavePlugin.name, arguments: #"{"say_goodbye":"See you!"}"#)
        let talk = try SimulatedConversation(
            answer: [[.call(call)]], prepare: { _, providers in providers.tools = ToolShelf([LeaveTool()]) })
        talk.open()
        try talk.say()
        talk.finishReply()
        talk.simulation.advance(by: .seconds(1))
        #expect(talk.voice.sentences == ["See you!"])
        #expect(talk.device.closed?.reason == "goodbye")
    }

    @Test func `noise that holds no words is not answered`() throws {
        let talk = try SimulatedConversation(hear: [.hear(" 。 ")])
        talk.open()
        try talk.say()
        talk.simulation.advance(by: .seconds(3))
        #expect(talk.outline == ["hello"])
        #expect(talk.reports.reports.map(\.timeline.ending) == [.unintelligible])
    }

    @Test func `an utterance whose audio stops coming ends by itself`() throws {
        let talk = try SimulatedConversation()
        talk.open()
        try talk.speak(900)
        talk.simulation.advance(by: .seconds(5))
        #expect(talk.count(of: "stt") == 1)
    }

    @Test(arguments: ["auto", "manual"])
    func `statement 10: a board that is spoken to near the limit hears something in time`(mode: String) throws {
        let talk = try SimulatedConversation(
            hear: [.hear("")], prepare: { settings, _ in settings.idleLimit = .seconds(118) })
        talk.open(mode: mode)
        talk.simulation.advance(by: .seconds(112))
        for _ in 0..<5 { try talk.speak(3000) }
        #expect(talk.device.closed == nil)
        talk.simulation.advance(by: .seconds(120))
        let times = talk.device.received.map(\.time)
        for (one, next) in zip(times, times.dropFirst()) { #expect(next - one < .seconds(120)) }
        // The time without words began anew, and the person was not cut off the moment they let go.
        let end = try #require(times.last)
        #expect(end > .seconds(117))
    }

    @Test(arguments: [20, 60, 120])
    func `statement 8: the frame length the hello names is that of the packets`(milliseconds: Int) throws {
        let talk = try SimulatedConversation(prepare: { settings, _ in settings.speech.frameMilliseconds = milliseconds
        })
        talk.open()
        try talk.say()
        #expect(talk.finishReply())
        let told = talk.messages("hello").first?.json["audio_params"]?["frame_duration"]?.integer
        #expect(told == milliseconds)
        #expect(!talk.audioFrames.isEmpty)
        for frame in talk.audioFrames {
            #expect(OpusPacket.duration(of: frame[...]) == .milliseconds(milliseconds))
        }
    }

    @Test func `statement 10: an idle connection is closed before 120 s of silence`() throws {
        let talk = try SimulatedConversation()
        talk.open()
        talk.simulation.advance(by: .seconds(117))
        #expect(talk.device.closed == nil)
        talk.simulation.advance(by: .seconds(3))
        #expect(talk.device.closed?.reason == "idle")
        #expect(talk.reports.isClosed)
    }
}
