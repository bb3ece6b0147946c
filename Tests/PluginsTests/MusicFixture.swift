import Audio
import Foundation
import JSON
import Logging
import Synchronization
import VoiceAPI
import WebClient

@testable import Plugins

/// A music folder of its own and the tools that play it. Every song is one loudness all through, so a test knows a song
/// and a place in it by its samples: `loudness` + whole seconds.
final class MusicFixture: Sendable {
    /// Never used here, and a client must be shut down before it goes: so it stays.
    private static let web = WebClient()
    let base: URL
    private let time = Mutex<Int64>(1_000_000)

    var folder: URL { base.appending(path: "music") }

    init() throws {
        base = FileManager.default.temporaryDirectory.appending(path: "yuyan-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: base.appending(path: "music"), withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: base) }

    func pass(seconds: Int64) { time.withLock { $0 += seconds } }

    /// - Parameter loudness: a multiple of 1000.
    func add(_ path: String, loudness: Int16 = 1000, seconds: Int = 3) throws {
        let samples = (0..<seconds).flatMap { [Int16](repeating: loudness + Int16($0), count: 8000) }
        let file = folder.appending(path: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(WAVWriter.encode(samples, sampleRate: 8000)).write(to: file)
    }

    func tools(_ settings: JSON = [:]) throws -> MusicTools {
        let tools = try MusicPlugin.tools(
            settings,
            services: PluginServices(
                web: Self.web, now: { self.time.withLock { $0 } }, timezoneOffset: 0, directory: base.path(),
                announcer: SilentAnnouncer(), logger: Logger(label: "test")))
        return MusicTools(play: tools[0], control: tools[1])
    }
}

private struct SilentAnnouncer: Announcer {
    func say(_ text: String, on deviceID: String, ended: @escaping @Sendable (Bool) -> Void) async -> Bool { false }
}

/// Both music tools, as a model calls them.
struct MusicTools {
    let play: any Tool
    let control: any Tool

    func play(_ song: String, on device: String = "a", language: String = "en") async throws -> Heard {
        let context = ToolContext(deviceID: device, sessionID: "s", language: language)
        return Heard(try await play.call(["song_name": .string(song)], in: context))
    }

    func control(_ action: String, on device: String = "a") async throws -> Heard {
        let context = ToolContext(deviceID: device, sessionID: "s", language: "en")
        return Heard(try await control.call(["action": .string(action)], in: context))
    }
}

/// What a person gets from a tool.
struct Heard {
    var words = ""
    var track: (any AudioTrack)?

    init(_ result: ToolResult) {
        switch result {
        case .play(let track, let words):
            self.words = words
            self.track = track
        case .speak(let words): self.words = words
        default: words = "\(result)"
        }
    }

    var title: String? { track?.title }

    /// Listens to so many pieces and then interrupts; to the end without a limit.
    func listen(pieces limit: Int = .max) async throws -> [TrackPiece] {
        guard let track else { return [] }
        let heard = Mutex<[TrackPiece]>([])
        let listening = Task {
            try await track.play { piece in
                let count = heard.withLock {
                    $0.append(piece)
                    return $0.count
                }
                if count >= limit { withUnsafeCurrentTask { $0?.cancel() } }
            }
        }
        switch await listening.result {
        case .success: break
        case .failure(let error as ProviderError) where error.code == .cancelled && limit < .max: break
        case .failure(let error): throw error
        }
        return heard.withLock { $0 }
    }
}

extension [TrackPiece] {
    /// The different loudnesses in the order they were heard.
    var loudness: [Int16] {
        var values: [Int16] = []
        for case .frame(let frame) in self {
            for sample in frame.samples where values.last != sample { values.append(sample) }
        }
        return values
    }
}
