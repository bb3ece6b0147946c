import Inference
import VoiceAPI

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// `HotPath STAGE FRAMES [MODEL]`: does one thing of the hot path so many times and nothing else. `Benchmarks/hot-path` runs
/// it under callgrind with two counts; the difference is what one frame costs, in instructions and allocations.
///
/// A program of its own because callgrind does not survive the end of the main thread, which an asynchronous `main`
/// brings with it.
@main enum HotPath {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count >= 3, let stage = HotPathStage(rawValue: arguments[1]), let frames = Int(arguments[2])
        else {
            let stages = HotPathStage.allCases.map(\.rawValue).joined(separator: "|")
            fail("usage: HotPath \(stages) FRAMES [path of silero_vad.onnx]")
        }
        do {
            if stage == .detector {
                guard arguments.count > 3 else { fail("the detector needs the path of silero_vad.onnx") }
                _ = try SileroVAD.bareCost(modelPath: arguments[3], batch: 16, runs: max(1, frames / 16))
            } else {
                try HotPathWorld(frames: frames).run(stage)
            }
        } catch {
            fail("\(error)")
        }
    }

    private static func fail(_ reason: String) -> Never {
        print(reason)
        exit(1)
    }
}
