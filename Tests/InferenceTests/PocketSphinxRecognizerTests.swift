import Foundation
import Testing
import VoiceAPI

@testable import Inference

@Suite struct PocketSphinxRecognizerTests {
    static let dictionary = "/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict"
    static let grammar = """
        #JSGF V1.0;
        grammar commands;
        <number> = one | two | three | four | five | six | eight | nine | ten;
        public <command> = what time is it | what is the date | count down from <number>
          | /0.5/ tell me a joke {joke} | what can you do | how are you | thank you;
        """

    private static func recognizer(_ grammar: String = grammar) throws -> PocketSphinxRecognizer {
        try PocketSphinxRecognizer(configuration: .init(grammar: grammar), pool: try WorkerPool(threads: 2))
    }

    private static func audio(_ samples: [Int16], rate: Int = 16_000) -> AsyncStream<AudioFrame> {
        AsyncStream { continuation in
            for start in stride(from: 0, to: samples.count, by: 960) {
                let end = min(start + 960, samples.count)
                continuation.yield(AudioFrame(sampleRate: rate, samples: samples[start..<end]))
            }
            continuation.finish()
        }
    }

    @Test(arguments: [
        "what time is it", "what is the date", "count down from five", "tell me a joke", "what can you do",
    ])
    func `a spoken command is heard word for word`(command: String) async throws {
        let samples = try SpokenSentence.samples(command)
        let heard = try await Self.recognizer().recognize(Self.audio(samples), hints: RecognitionHints()) { _ in }
        #expect(heard == Transcript(text: command, language: "en"))
    }

    @Test(arguments: ["please open the kitchen window", "play some music for the party"])
    func `another sentence is no command`(sentence: String) async throws {
        let samples = try SpokenSentence.samples(sentence)
        let heard = try await Self.recognizer().recognize(Self.audio(samples), hints: RecognitionHints()) { _ in }
        #expect(heard.text == "")
    }

    @Test func `what was heard before does not change what is heard now`() async throws {
        let recognizer = try Self.recognizer()
        let samples = try SpokenSentence.samples("tell me a joke", voice: "en-gb")
        let loud = (0..<64_000).map { Int16(truncatingIfNeeded: ($0 &* 7919) % 20_000) }
        let first = try await recognizer.recognize(Self.audio(samples), hints: RecognitionHints()) { _ in }
        _ = try await recognizer.recognize(Self.audio(loud), hints: RecognitionHints()) { _ in }
        let second = try await recognizer.recognize(Self.audio(samples), hints: RecognitionHints()) { _ in }
        #expect(first == second)
    }

    @Test func `no file is needed once the recognizer is ready, nor left behind`() throws {
        func files() throws -> Set<String> {
            let folder = FileManager.default.temporaryDirectory.path()
            return Set(
                try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.contains("yuyan-grammar") })
        }
        let before = try files()
        let recognizer = try Self.recognizer()
        #expect(try files().subtracting(before) == [])
        withExtendedLifetime(recognizer) {}
    }

    @Test func `words that leave out half of what was said are no command`() {
        #expect(CommandGrammar.command(in: DecodedSpeech(text: "hello", coverage: 0.5)) == "")
        #expect(CommandGrammar.command(in: DecodedSpeech(text: "hello", coverage: 1)) == "hello")
        let loud = [Int16](repeating: 8000, count: 1600)
        let quiet = [Int16](repeating: 100, count: 1600)
        let frames = LoudFrames(of: quiet + loud + loud + quiet)
        #expect(frames.share(in: [10...19]) == 0.5)
        #expect(frames.share(in: [0...14, 15...400]) == 1)
        #expect(LoudFrames(of: []).share(in: [0...3]) == 0)
    }

    @Test func `no audio is no text`() async throws {
        let heard = try await Self.recognizer().recognize(Self.audio([]), hints: RecognitionHints()) { _ in }
        #expect(heard.text == "")
    }

    @Test func `audio of another rate is refused`() async throws {
        let recognizer = try Self.recognizer()
        let error = await #expect(throws: ProviderError.self) {
            try await recognizer.recognize(Self.audio([1, 2, 3], rate: 8000), hints: RecognitionHints()) { _ in }
        }
        #expect(error?.code == .invalidRequest)
    }

    @Test func `words that cannot be pronounced are listed`() throws {
        let grammar = "#JSGF V1.0;\ngrammar g;\npublic <command> = hello xiaozhi | /2/ good qwertz {tagword};"
        #expect(
            try PocketSphinxRecognizer.missingWords(grammar: grammar, dictionary: Self.dictionary) == [
                "qwertz", "xiaozhi",
            ])
        let error = #expect(throws: ProviderError.self) { _ = try Self.recognizer(grammar) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains("qwertz, xiaozhi") == true)
    }

    @Test func `missing models name the remedy`() throws {
        let error = #expect(throws: ProviderError.self) {
            _ = try PocketSphinxRecognizer(
                configuration: .init(modelDirectory: "/nowhere", grammar: Self.grammar),
                pool: try WorkerPool(threads: 1))
        }
        #expect(error?.message.contains("dev/setup") == true)
    }

    @Test(.timeLimit(.minutes(1))) func `the general model, switched on, hears words in what is no command`()
        async throws
    {
        let recognizer = try PocketSphinxRecognizer(
            configuration: .init(grammar: Self.grammar, useGeneralModel: true), pool: try WorkerPool(threads: 1))
        let other = try SpokenSentence.samples("please open the kitchen window")
        let heard = try await recognizer.recognize(Self.audio(other), hints: RecognitionHints()) { _ in }
        #expect(heard.text.split(separator: " ").count >= 3)
        // A command is still the grammar's.
        let command = try SpokenSentence.samples("what time is it")
        let commandHeard = try await recognizer.recognize(Self.audio(command), hints: RecognitionHints()) { _ in }
        #expect(commandHeard.text == "what time is it")
    }
}
