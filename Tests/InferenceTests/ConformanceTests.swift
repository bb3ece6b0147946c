import Testing
import VoiceAPI
import VoiceTesting

@testable import Inference

/// The parts in this process keep the contracts of their seams.
@Suite(.timeLimit(.minutes(2))) struct ConformanceTests {
    @Test func `Silero is a voice activity detector`() async throws {
        let detector = try SileroVAD(modelPath: TestFiles.sileroModel)
        defer { detector.shutdown() }
        let speech = try SpokenSentence.samples("the quick brown fox jumps over the lazy dog")
        let report = await VoiceActivityConformance.check(detector, speech: speech)
        #expect(report.isEmpty, "\(report)")
    }

    @Test func `PocketSphinx is a speech recognizer`() async throws {
        let recognizer = try PocketSphinxRecognizer(
            configuration: .init(grammar: PocketSphinxRecognizerTests.grammar), pool: try WorkerPool(threads: 2))
        let words = "what time is it"
        let report = await SpeechRecognizerConformance.check(
            recognizer, speech: try SpokenSentence.samples(words), words: words)
        #expect(report.isEmpty, "\(report)")
    }

    @Test func `a whole-utterance sherpa-onnx model is a speech recognizer`() async throws {
        let recognizer = try SherpaOfflineRecognizer(
            configuration: .init(name: "sherpa", modelDirectory: TinyModels.folder.get() + "/offline"),
            pool: try WorkerPool(threads: 2))
        let report = await SpeechRecognizerConformance.check(
            recognizer, speech: await Self.samples([350, 0, 4500]), words: "low high")
        #expect(report.isEmpty, "\(report)")
    }

    @Test func `a streaming sherpa-onnx model is a speech recognizer`() async throws {
        let recognizer = try SherpaOnlineRecognizer(
            configuration: .init(name: "sherpa", modelDirectory: TinyModels.folder.get() + "/online"),
            pool: try WorkerPool(threads: 2))
        let report = await SpeechRecognizerConformance.check(
            recognizer, speech: await Self.samples([350, 0, 4500]), words: "low high")
        #expect(report.isEmpty, "\(report)")
    }

    private static func samples(_ tones: [Double]) async -> [Int16] {
        await TinyModels.tones(tones).reduce(into: []) { $0 += $1.samples }
    }
}
