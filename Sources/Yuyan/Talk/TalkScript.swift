import Audio
import EspeakProvider
import FoundationEssentials
import VoiceAPI

/// What is said to the server: from the options, else line by line from the keyboard.
struct TalkScript: Sendable {
    enum Turn: Sendable {
        case type(String)
        case speak(AudioFrame)
    }

    let say: [String]
    let wav: [String]
    let text: [String]

    /// - Parameter prompt: asks for the next line; nil at the end of input.
    func turns(prompt: @escaping @Sendable () -> String?) -> Turns { Turns(script: self, prompt: prompt) }

    struct Turns: AsyncSequence {
        typealias Element = Turn
        let script: TalkScript
        let prompt: @Sendable () -> String?

        struct Iterator: AsyncIteratorProtocol {
            var waiting: [@Sendable () async throws -> Turn]
            let prompt: (@Sendable () -> String?)?

            mutating func next() async throws -> Turn? {
                if !waiting.isEmpty { return try await waiting.removeFirst()() }
                guard let line = prompt?() else { return nil }
                return .speak(try await Microphone.speak(line))
            }
        }

        func makeAsyncIterator() -> Iterator {
            var waiting: [@Sendable () async throws -> Turn] = []
            for words in script.say { waiting.append { .speak(try await Microphone.speak(words)) } }
            for path in script.wav { waiting.append { .speak(try Microphone.read(path)) } }
            for words in script.text { waiting.append { .type(words) } }
            return Iterator(waiting: waiting, prompt: waiting.isEmpty ? prompt : nil)
        }
    }
}

/// Where a virtual device's speech comes from.
enum Microphone {
    /// Words spoken by espeak-ng, at 16 kHz.
    static func speak(_ words: String) async throws -> AudioFrame {
        var configuration = EspeakSynthesizer.Configuration()
        configuration.wordsPerMinute = 150
        var frames: [AudioFrame] = []
        try await EspeakSynthesizer(configuration: configuration).synthesize(words, voice: Voice()) {
            frames.append($0)
        }
        guard !frames.isEmpty else {
            throw TalkError.unreadableWAV(path: "\"\(words)\"", reason: "there is nothing to say")
        }
        return try at16kHz(frames)
    }

    /// A WAV file, at 16 kHz.
    static func read(_ path: String) throws -> AudioFrame {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw TalkError.unreadableWAV(path: path, reason: "the file cannot be read")
        }
        do {
            var parser = WAVStreamParser()
            guard let frame = try parser.push(Array(data)) else {
                throw TalkError.unreadableWAV(path: path, reason: "it holds no sound")
            }
            return try at16kHz([frame])
        } catch let error as AudioError {
            throw TalkError.unreadableWAV(path: path, reason: error.message)
        }
    }

    private static func at16kHz(_ frames: [AudioFrame]) throws -> AudioFrame {
        guard let rate = frames.first?.sampleRate else { return AudioFrame(sampleRate: 16_000, samples: []) }
        var resampler = try Resampler(from: rate, to: VoiceActivity.sampleRate)
        var samples: [Int16] = []
        for frame in frames { samples += resampler.process(frame.samples) }
        samples += resampler.flush()
        return AudioFrame(sampleRate: VoiceActivity.sampleRate, samples: samples)
    }
}
