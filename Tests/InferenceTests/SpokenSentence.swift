import Audio
import Foundation

/// A sentence spoken by espeak-ng, as the 16 kHz samples a device would send.
enum SpokenSentence {
    static func samples(_ text: String, voice: String = "en-us") throws -> [Int16] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["espeak-ng", "-v", voice, "-s", "150", "--stdout", text]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let wave = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        // espeak-ng writes a 44-byte header and 22,050 Hz.
        let source = stride(from: wave.startIndex + 44, to: wave.endIndex - 1, by: 2).map {
            Int16(bitPattern: UInt16(wave[$0]) | UInt16(wave[$0 + 1]) << 8)
        }
        var resampler = try Resampler(from: 22_050, to: 16_000)
        return resampler.process(source[...]) + resampler.flush()
    }
}
