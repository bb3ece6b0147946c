import Conversation
import Flow
import JSON
import Synchronization
import Testing
import VoiceAPI
import VoiceTesting

/// What is said outside a turn, and whether it was heard.
@Suite(.timeLimit(.minutes(1))) struct AnnouncementTests {
    /// Announces on a conversation's device.
    ///
    /// - Returns: where the end will be told.
    private func announce(_ words: String, on talk: SimulatedConversation) -> Ends {
        let ends = Ends()
        let directory = talk.directory
        talk.simulation.start {
            let isTaken = await directory.say(words, on: SimulatedConversation.deviceID) { ends.told($0) }
            ends.taken(isTaken)
        }
        talk.simulation.settle()
        return ends
    }

    private final class Ends: Sendable {
        private let state = Mutex((isTaken: Bool?.none, heard: [Bool]()))
        var isTaken: Bool? { state.withLock { $0.isTaken } }
        var heard: [Bool] { state.withLock { $0.heard } }
        func taken(_ value: Bool) { state.withLock { $0.isTaken = value } }
        func told(_ value: Bool) { state.withLock { $0.heard.append(value) } }
    }

    @Test func `words count as heard when they are played, not when they are taken`() throws {
        let talk = try SimulatedConversation()
        talk.open()
        let ends = announce("Dinner is ready.", on: talk)
        #expect(ends.isTaken == true)
        talk.simulation.advance(by: .milliseconds(500))
        #expect(talk.count(of: "start") == 1)
        #expect(ends.heard.isEmpty)
        talk.finishReply()
        talk.simulation.settle()
        #expect(ends.heard == [true])
    }

    @Test func `words wait while somebody holds the button to speak`() throws {
        let talk = try SimulatedConversation()
        talk.open()
        talk.send(["type": "listen", "state": "start", "mode": "manual"])
        let ends = announce("Dinner is ready.", on: talk)
        talk.simulation.advance(by: .seconds(2))
        #expect(talk.count(of: "start") == 0)
        talk.send(["type": "listen", "state": "stop"])
        talk.simulation.advance(by: .milliseconds(500))
        #expect(talk.count(of: "start") == 1)
        talk.finishReply()
        talk.simulation.settle()
        #expect(ends.heard == [true])
    }

    @Test func `a device that never listened takes nothing`() throws {
        let talk = try SimulatedConversation()
        talk.send(["type": "hello", "version": 1, "transport": "websocket"])
        let ends = announce("Dinner is ready.", on: talk)
        #expect(ends.isTaken == false)
        talk.device.leave()
        talk.simulation.settle()
        #expect(ends.heard.isEmpty)
    }

    @Test func `a device that leaves while the words wait for the end of an answer has not heard them`() throws {
        let talk = try SimulatedConversation(speak: [.speak(.seconds(8))])
        talk.open()
        talk.send(["type": "listen", "state": "detect", "text": "tell me a story"])
        talk.simulation.advance(by: .seconds(1))
        let both = [announce("Dinner is ready.", on: talk), announce("And it gets cold.", on: talk)]
        talk.simulation.advance(by: .seconds(1))
        talk.device.leave()
        talk.simulation.advance(by: .seconds(1))
        #expect(both.map(\.isTaken) == [true, true])
        #expect(both.map(\.heard) == [[false], [false]])
        #expect(announce("Hello?", on: talk).isTaken == false)
    }

    @Test func `a device that leaves in the middle of the words has not heard them`() throws {
        let talk = try SimulatedConversation(speak: [.speak(.seconds(8))])
        talk.open()
        let ends = announce("Dinner is ready.", on: talk)
        talk.simulation.advance(by: .seconds(2))
        #expect(talk.audioTimes.count > 5)
        talk.device.leave()
        talk.simulation.advance(by: .seconds(1))
        #expect(ends.heard == [false])
    }

    @Test func `a person who interrupts the words has heard them`() throws {
        let talk = try SimulatedConversation(speak: [.speak(.seconds(8))])
        talk.open()
        let ends = announce("Dinner is ready.", on: talk)
        talk.simulation.advance(by: .seconds(2))
        talk.send(["type": "abort"])
        talk.simulation.advance(by: .seconds(1))
        #expect(ends.heard == [true])
    }

    @Test func `a person who speaks at the very moment hears them afterwards`() throws {
        let talk = try SimulatedConversation(
            speak: [.speak(.milliseconds(900), after: .milliseconds(400)), .speak(.milliseconds(900))])
        talk.open()
        let ends = announce("Dinner is ready.", on: talk)
        talk.send(["type": "listen", "state": "detect", "text": "what time is it"])
        talk.simulation.advance(by: .seconds(10))
        #expect(ends.heard == [true])
        #expect(talk.messages("sentence_start").last?.json["text"] == "Dinner is ready.")
    }

    @Test func `words that no voice can say were not heard, and the device is not asked for ever`() throws {
        let talk = try SimulatedConversation(
            speak: [.fail(ProviderError(.unavailable, provider: "FakeVoice", message: "down"))])
        talk.open()
        let ends = announce("Dinner is ready.", on: talk)
        talk.simulation.advance(by: .seconds(30))
        #expect(ends.heard == [false])
        #expect(talk.count(of: "start") == talk.count(of: "stop"))
    }
}
