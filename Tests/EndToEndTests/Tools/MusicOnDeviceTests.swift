import Foundation
import JSON
import Testing
import VoiceTesting

@testable import Yuyan

/// A song of the owner's folder on the real server and a device.
@Suite(.serialized, .timeLimit(.minutes(1))) struct MusicOnDeviceTests {
    @Test func `who asks for music hears the song at its own pace, until they say stop`() async throws {
        try await ServerProgram.run(prepare: { folder in
            try FileManager.default.createDirectory(atPath: "\(folder)/music", withIntermediateDirectories: true)
            try Tone.write(440, seconds: 60, to: "\(folder)/music/Concert Pitch.wav")
        }) { server in
            let wish = try await Microphone.speak("play some music")
            let (song, after, times) = try await server.withDevice("02:00:00:00:00:11") { device, wire in
                async let song = device.say(wish)
                // The announcement, then some seconds of the song.
                #expect(await eventually(within: .seconds(30)) { wire.packetTimes.count >= 85 })
                try await wire.send(["type": "listen", "state": "detect", "text": "stop the music"])
                let heard = try await song
                let times = wire.packetTimes.prefix(heard.packets)
                return (heard, try await device.listen(limit: .seconds(20)), Array(times))
            }
            #expect(song.heard == "play some music")
            #expect(song.answer.contains { $0.contains("Concert Pitch") })
            #expect(song.isWhole)
            #expect(after.heard == "stop the music")
            #expect(after.answer == ["All right, the music is off."])

            // The last two seconds before the stop are the tone and hardly anything else.
            let end = song.audio.suffix(2 * VirtualDevice.playbackRate)
            #expect(Tone.share(of: 440, in: end, sampleRate: VirtualDevice.playbackRate) > 0.8)
            #expect(Tone.share(of: 620, in: end, sampleRate: VirtualDevice.playbackRate) < 0.05)

            // Never more than a second ahead of the ear, and the song did not come in a rush.
            let start = try #require(times.first)
            for (index, time) in times.enumerated() {
                let played = start.duration(to: time)
                let sent = Duration.milliseconds(60) * index
                guard sent - played < .seconds(1) else {
                    Issue.record("packet \(index) came \(sent - played) ahead")
                    break
                }
            }
            #expect(song.packets < 60_000 / 60)
        }
    }
}
