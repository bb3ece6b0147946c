import CSherpaOnnx
import VoiceAPI

/// One utterance on its way through a streaming model.
final class SherpaOnlineStream: @unchecked Sendable {
    // Sendable: the recognizer runs the jobs of an utterance one after the other, and starts none after a cancelled
    // one, whose thread may still be in here; the stream is destroyed when the last job let go of it.
    private let model: SherpaOnlineModel
    private let stream: OpaquePointer

    /// Silence after the last word, so that the model's look-ahead reaches it: two thirds of a second.
    private static let tail = [Float](repeating: 0, count: VoiceActivity.sampleRate * 2 / 3)

    /// - Throws: `.unavailable` when the library gives no stream.
    init(model: SherpaOnlineModel, provider: String) throws(ProviderError) {
        guard let stream = SherpaOnnxCreateOnlineStream(model.recognizer) else {
            throw ProviderError(.unavailable, provider: provider, message: "sherpa-onnx gives no stream")
        }
        self.model = model
        self.stream = stream
    }

    deinit {
        SherpaOnnxDestroyOnlineStream(stream)
    }

    /// Takes the next samples, 16 kHz, and returns the text so far.
    func hear(_ samples: ArraySlice<Int16>, _ cancellation: CancellationCheck) -> String {
        accept(samples.map { Float($0) * (1 / 32768) })
        return decode(cancellation)
    }

    /// Ends the utterance and returns its text.
    func finish(_ cancellation: CancellationCheck) -> String {
        accept(Self.tail)
        SherpaOnnxOnlineStreamInputFinished(stream)
        return decode(cancellation)
    }

    private func accept(_ samples: [Float]) {
        samples.withUnsafeBufferPointer {
            SherpaOnnxOnlineStreamAcceptWaveform(
                stream, Int32(VoiceActivity.sampleRate), $0.baseAddress, Int32(clamping: $0.count))
        }
    }

    private func decode(_ cancellation: CancellationCheck) -> String {
        while !cancellation.isCancelled, SherpaOnnxIsOnlineStreamReady(model.recognizer, stream) != 0 {
            SherpaOnnxDecodeOnlineStream(model.recognizer, stream)
        }
        guard let result = SherpaOnnxGetOnlineStreamResult(model.recognizer, stream) else { return "" }
        defer { SherpaOnnxDestroyOnlineRecognizerResult(result) }
        return SherpaResult.trimmed(result.pointee.text.map { String(cString: $0) } ?? "")
    }
}
