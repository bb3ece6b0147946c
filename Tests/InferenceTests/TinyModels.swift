import Foundation
import VoiceAPI

/// The models of `dev/make-tiny-ctc-model`, written once per test run.
enum TinyModels {
    static let folder: Result<String, any Error> = Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "yuyan-tiny-\(UUID().uuidString)")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "\(TestFiles.root)/dev/make-tiny-ctc-model", folder.path()]
        let output = Pipe()
        process.standardError = output
        try process.run()
        let complaint = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw ProviderError(
                .unavailable, provider: "test",
                message: "run dev/setup --tests: \(String(decoding: complaint, as: UTF8.self))")
        }
        return folder.path()
    }

    /// Half a second of each: silence (0), a tone of that many hertz.
    static func tones(_ frequencies: [Double]) -> AsyncStream<AudioFrame> {
        let samples = ([0] + frequencies + [0]).flatMap { frequency in
            (0..<8000).map { Int16(9000 * sin(2 * Double.pi * frequency * Double($0) / 16_000)) }
        }
        return AsyncStream { continuation in
            for start in stride(from: 0, to: samples.count, by: 960) {
                let end = min(start + 960, samples.count)
                continuation.yield(AudioFrame(sampleRate: 16_000, samples: samples[start..<end]))
            }
            continuation.finish()
        }
    }
}
