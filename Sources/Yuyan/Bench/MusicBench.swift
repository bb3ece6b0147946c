import Audio
import Conversation
import Flow
import Foundation
import JSON
import Logging
import Plugins
import Tools
import VoiceAPI
import VoiceTesting
import WebClient

/// What a device that listens to music costs, in real time: reading, decoding, resampling, Opus, pacing and the session
/// around it; only the socket is missing.
struct MusicBench {
    /// A folder of songs; nil: a chord in a WAV file of 44.1 kHz.
    let folder: String?
    static let listeners = 20
    private static let rounds = 6
    private static let round = Duration.seconds(4)
    /// Until the first seconds have been read ahead and the flow is even.
    private static let warmUp = Duration.seconds(6)

    struct Result {
        /// Percent of one core for each listening device, round by round.
        var share: Spread
        /// Seconds of music that left for each second that passed, over all devices.
        var pace: Double
    }

    func run() async throws -> Result {
        let base = FileManager.default.temporaryDirectory.appending(path: "yuyan-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: base, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: base) }
        if folder == nil { try Data(Self.song()).write(to: base.appending(path: "chord.wav")) }
        let web = WebClient()
        let outcome: Swift.Result<Result, any Error>
        do {
            outcome = .success(try await measure(music: folder ?? base.path, web: web))
        } catch {
            outcome = .failure(error)
        }
        try await web.shutdown()
        return try outcome.get()
    }

    private func measure(music: String, web: WebClient) async throws -> Result {
        let clock = ContinuousClock()
        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        let tools = try MusicPlugin.tools(
            ["music_dir": .string(music), "auto_next": true],
            services: PluginServices(
                web: web, now: { Int64(Date().timeIntervalSince1970) }, timezoneOffset: 0, directory: music,
                announcer: NoAnnouncer(), logger: logger))
        let call = ToolCall(id: "1", name: "play_music", arguments: #"{"song_name":"random"}"#)
        let providers = Providers(
            detector: FakeDetector(), recognizer: FakeRecognizer([.hear("play music")], clock: clock),
            model: FakeModel([[.call(call)]], clock: clock),
            voice: FakeVoice([.speak(.milliseconds(300))], clock: clock), tools: ToolShelf(tools))
        let live = LiveConversing(settings: SessionSettings(), providers: providers)
        let ticking = SessionClock.ticking()
        let start = clock.now
        let devices = (0..<Self.listeners).map { _ in InProcessDevice { start.duration(to: clock.now) } }
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            for (index, device) in devices.enumerated() {
                let session = Session(
                    id: "music-\(index)", identity: DeviceIdentity(deviceID: "02:00:00:00:01:\(index)"),
                    connection: device, live: live,
                    clock: ticking, logger: logger)
                group.addTask {
                    await session.serve(device.inputs)
                    return nil
                }
                device.send(text: #"{"type":"hello","version":1,"transport":"websocket"}"#)
                device.send(text: #"{"type":"listen","state":"detect","text":"play music"}"#)
            }
            group.addTask {
                defer { devices.forEach { $0.leave() } }
                return try await Self.watch(devices, clock)
            }
            var result: Result?
            while let value = try await group.next() { result = value ?? result }
            return result ?? Result(share: Spread([]), pace: 0)
        }
    }

    private static func watch(_ devices: [InProcessDevice], _ clock: ContinuousClock) async throws -> Result {
        try await clock.sleep(for: warmUp)
        let before = packets(devices)
        let start = clock.now
        var shares: [Double] = []
        for _ in 0..<rounds {
            let (used, began) = (ProcessorTime.now, clock.now)
            try await clock.sleep(for: round)
            let cost = (ProcessorTime.now - used) / began.duration(to: clock.now)
            shares.append(cost * 100 / Double(listeners))
        }
        let passed = start.duration(to: clock.now)
        let sent = Duration.milliseconds(60) * (packets(devices) - before)
        return Result(share: Spread(shares, places: 3), pace: sent / passed / Double(listeners))
    }

    private static func packets(_ devices: [InProcessDevice]) -> Int {
        devices.reduce(0) { sum, device in
            sum + device.received.count { if case .binary = $0.frame { true } else { false } }
        }
    }

    /// A minute of a chord that swells, with some noise: as hard for Opus as music is.
    private static func song() -> [UInt8] {
        let rate = 44_100
        var generator = SeededGenerator(seed: 1)
        var voices: [(sine: Double, cosine: Double, step: (Double, Double))] = [220.0, 277.2, 329.6, 880].map { hertz in
            let angle = 2 * Double.pi * hertz / Double(rate)
            return (0, 1, (sin(angle), cos(angle)))
        }
        let samples = (0..<rate * 60).map { index -> Int16 in
            var sum = Double(Int16.random(in: -400...400, using: &generator))
            for voice in voices.indices {
                let (s, c, step) = voices[voice]
                (voices[voice].sine, voices[voice].cosine) = (
                    s * step.1 + c * step.0, c * step.1 - s * step.0
                )
                sum += s * 4000
            }
            let swell = Double(index % rate) / Double(rate)
            return Int16(clamping: Int(sum * (0.3 + 0.7 * swell)))
        }
        return WAVWriter.encode(samples, sampleRate: rate)
    }
}

/// Nobody is told anything here.
private struct NoAnnouncer: Announcer {
    func say(_ text: String, on deviceID: String, ended: @escaping @Sendable (Bool) -> Void) async -> Bool { false }
}
