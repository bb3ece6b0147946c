import Testing
import VoiceAPI

@testable import Inference

@Suite struct SherpaRecognizerTests {
    static let utterances: [([Double], String)] = [
        ([350], "low"), ([4500], "high"), ([350, 0, 4500], "low high"), ([4500, 0, 4500, 350], "high high low"),
        ([0], ""),
    ]

    private static func hear(
        _ recognizer: some SpeechRecognizer, _ tones: [Double], partial: (String) async -> Void = { _ in }
    ) async throws -> String {
        try await recognizer.recognize(TinyModels.tones(tones), hints: RecognitionHints(), partial: partial).text
    }

    @Test(arguments: utterances) func `a whole-utterance model hears the tones`(tones: [Double], words: String)
        async throws
    {
        let recognizer = try SherpaOfflineRecognizer(
            configuration: .init(name: "sherpa", modelDirectory: TinyModels.folder.get() + "/offline"),
            pool: try WorkerPool(threads: 1))
        #expect(recognizer.modelType == .zipformerCTC)
        #expect(try await Self.hear(recognizer, tones) == words)
    }

    @Test(arguments: utterances) func `a streaming model hears the tones`(tones: [Double], words: String) async throws {
        let recognizer = try SherpaOnlineRecognizer(
            configuration: .init(name: "sherpa", modelDirectory: TinyModels.folder.get() + "/online"),
            pool: try WorkerPool(threads: 1))
        #expect(recognizer.modelType == .nemoCTC)
        #expect(try await Self.hear(recognizer, tones) == words)
    }

    @Test func `a streaming model tells the words so far while the person speaks`() async throws {
        let recognizer = try SherpaOnlineRecognizer(
            configuration: .init(name: "sherpa", modelDirectory: TinyModels.folder.get() + "/online"),
            pool: try WorkerPool(threads: 1))
        var partials: [String] = []
        let text = try await Self.hear(recognizer, [350, 0, 4500]) { partials.append($0) }
        #expect(partials == ["low", "low high"])
        #expect(text == "low high")
    }

    @Test func `eight utterances at once on one model do not mix`() async throws {
        let recognizer = try SherpaOnlineRecognizer(
            configuration: .init(name: "sherpa", modelDirectory: TinyModels.folder.get() + "/online"),
            pool: try WorkerPool(threads: 4))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (tones, words) in Self.utterances + Self.utterances {
                group.addTask {
                    let heard = try await Self.hear(recognizer, tones)
                    #expect(heard == words)
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `a folder without a model says what was looked for`() throws {
        let error = #expect(throws: ProviderError.self) {
            _ = try SherpaOfflineRecognizer(
                configuration: .init(name: "sherpa", modelDirectory: TestFiles.root + "/Sources"),
                pool: try WorkerPool(threads: 1))
        }
        #expect(error?.message.contains("tokens.txt") == true)
    }

    // Without the check sherpa-onnx would end the process, and with it the test run.
    @Test func `a model of another type is refused before sherpa sees it`() throws {
        let folder = try TinyModels.folder.get()
        let pool = try WorkerPool(threads: 1)
        for type in [SherpaOfflineModelType.senseVoice, .paraformer, .nemoCTC] {
            let error = #expect(throws: ProviderError.self) {
                _ = try SherpaOfflineRecognizer(
                    configuration: .init(name: "sherpa", modelDirectory: folder + "/offline", modelType: type),
                    pool: pool)
            }
            #expect(error?.code == .invalidRequest)
        }
        let error = #expect(throws: ProviderError.self) {
            _ = try SherpaOfflineRecognizer(
                configuration: .init(name: "sherpa", modelDirectory: folder + "/offline", modelType: .whisper),
                pool: pool)
        }
        #expect(error?.message.contains("encoder") == true)
    }

    @Test func `tags of SenseVoice become language and emotion`() {
        #expect(
            SherpaResult.transcript(text: "<|zh|><|HAPPY|><|Speech|><|withitn|>你好。", language: "", emotion: "")
                == Transcript(text: "你好。", language: "zh", emotion: "happy"))
        #expect(
            SherpaResult.transcript(text: " hello ", language: "<|en|>", emotion: "<|EMO_UNKNOWN|>")
                == Transcript(text: "hello", language: "en", emotion: "neutral"))
        #expect(SherpaResult.transcript(text: "hi", language: "", emotion: "") == Transcript(text: "hi"))
    }
}
