import Audio
import FoundationEssentials
import Synchronization
import VoiceTesting

/// The answers of a conversation, one after the other in a WAV file.
final class ReplyRecording: Sendable {
    private let path: String
    private let samples = Mutex<[Int16]>([])

    init(path: String) {
        self.path = path
    }

    func append(_ audio: [Int16]) { samples.withLock { $0 += audio } }

    func save() {
        let bytes = WAVWriter.encode(samples.withLock { $0 }, sampleRate: VirtualDevice.playbackRate)
        if !FileManager.default.createFile(atPath: path, contents: Data(bytes)) {
            Terminal.error("\(path) cannot be written")
        }
    }
}
