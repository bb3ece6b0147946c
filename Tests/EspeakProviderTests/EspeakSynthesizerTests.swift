import Audio
import EspeakProvider
import Synchronization
import Testing
import VoiceAPI
import VoiceTesting

/// Against the real espeak-ng that `dev/setup` installs.
@Suite struct EspeakSynthesizerTests {
    private func speak(_ text: String, language: String? = nil) async throws -> [Int16] {
        let sound = Mutex<[Int16]>([])
        try await EspeakSynthesizer().synthesize(text, voice: Voice(language: language)) { frame in
            sound.withLock { $0 += frame.samples }
        }
        return sound.withLock { $0 }
    }

    @Test(arguments: ["What a fine day it is.", "今天天气真好。", "- a dash is only text", "--version", "<speak>tag</speak>"])
    func `a sentence becomes sound`(text: String) async throws {
        let samples = try await speak(text)
        #expect(samples.count > 22_050 / 2)
        #expect(SpeechLevel.rms(samples) > 300)
        // No silence in front: the person is waiting.
        #expect(SpeechLevel.rms(samples.prefix(2205)) > 20)
    }

    /// The program complains about every other character of such a text.
    @Test func `a long sentence without marks becomes sound`() async throws {
        let samples = try await speak(String(repeating: "今天我们去公园看花", count: 40))
        #expect(samples.count > 24_000 * 20)
    }

    @Test(arguments: ["", "  ", "…", "\u{1}"])
    func `nothing to say makes no sound`(text: String) async throws {
        #expect(try await speak(text).isEmpty)
    }

    @Test func `longer sentences take longer`() async throws {
        let short = try await speak("One.")
        let long = try await speak("One two three four five six seven eight nine ten.")
        #expect(long.count > short.count * 3)
    }

    @Test func `a missing program is named with its package`() async throws {
        var configuration = EspeakSynthesizer.Configuration()
        configuration.executable = "espeak-that-is-not-here"
        let error = await #expect(throws: ProviderError.self) {
            try await EspeakSynthesizer(configuration: configuration).synthesize("hello", voice: Voice()) { _ in }
        }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("apt-get install espeak-ng") == true)
    }

    @Test func `cancelling ends the sentence`() async throws {
        let long = String(repeating: "This goes on and on and on. ", count: 400)
        let started = Flag()
        await withTaskGroup(of: ProviderError.Code?.self) { group in
            group.addTask {
                do {
                    try await EspeakSynthesizer().synthesize(long, voice: Voice()) { _ in
                        started.raise()
                        while !Task.isCancelled { await Task.yield() }
                    }
                    return nil
                } catch {
                    return (error as? ProviderError)?.code
                }
            }
            while !started.isUp { await Task.yield() }
            group.cancelAll()
            #expect(await group.next() == .cancelled)
        }
    }

    @Test func `more sentences than processes wait their turn`() async throws {
        let voice = EspeakSynthesizer()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<12 {
                group.addTask { try await voice.synthesize("Number \(number).", voice: Voice()) { _ in } }
            }
            try await group.waitForAll()
        }
    }
}

private final class Flag: Sendable {
    private let state = Mutex(false)
    var isUp: Bool { state.withLock { $0 } }
    func raise() { state.withLock { $0 = true } }

    @Test(.timeLimit(.minutes(1))) func `it keeps the contract of its seam`() async {
        let report = await SpeechSynthesizerConformance.check(EspeakSynthesizer(), sentence: "It is a fine day.")
        #expect(report.isEmpty, "\(report)")
    }
}
