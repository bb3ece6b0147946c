import Audio
import VoiceAPI

/// The ear of one session: packets in, beginnings and ends of speech out.
///
/// Not `Sendable`; its calls come one after the other from the session that owns it. The decoder exists only while
/// audio arrives.
final class Listener {
    /// What a packet brought.
    enum Event {
        /// Somebody began to speak; the frames are what was heard since just before, this packet included.
        case speechStarted([AudioFrame])
        /// More of an utterance. `isVoice` is false in a pause.
        case audio(AudioFrame, isVoice: Bool)
        /// The configured silence has passed.
        case speechEnded
    }

    private let detector: any VoiceActivityDetector
    /// Made when there is something to hear.
    private var stream: (any VoiceActivityStream)?
    private var endpointer: Endpointer
    /// Used from the next beginning on: an utterance ends as it began.
    var endpointing: Endpointer.Configuration {
        didSet { mustRenew = true }
    }
    private var mustRenew = false
    private var preRoll = PreRoll()
    private var decoder: OpusDecoder?
    /// Samples that do not fill a window yet.
    private var pending: [Int16] = []
    /// The detector is at work on a window, and its state must not be touched.
    private var isHearing = false
    /// A reset came meanwhile.
    private var mustReset = false
    private let computing: ComputingTime

    init(detector: any VoiceActivityDetector, endpointing: Endpointer.Configuration, computing: ComputingTime) {
        self.computing = computing
        self.detector = detector
        self.endpointing = endpointing
        endpointer = Endpointer(endpointing)
    }

    /// Decodes a packet without looking for speech: push-to-talk.
    ///
    /// - Returns: nil for a packet without audio.
    /// - Throws: `AudioError` when the packet is not Opus.
    func decode(_ packet: ArraySlice<UInt8>) throws -> AudioFrame? {
        guard !packet.isEmpty else { return nil }
        if OpusPacket.isDTX(packet) {
            // The encoder saw nothing worth sending: silence, without a decoder.
            let count = OpusPacket.sampleCount(of: packet, at: VoiceActivity.sampleRate) ?? 0
            guard count > 0 else { return nil }
            return AudioFrame(sampleRate: VoiceActivity.sampleRate, samples: [Int16](repeating: 0, count: count))
        }
        if decoder == nil { decoder = try OpusDecoder(sampleRate: VoiceActivity.sampleRate) }
        guard let samples = try computing.measure({ try decoder?.decode(packet) }), !samples.isEmpty else { return nil }
        return AudioFrame(sampleRate: VoiceActivity.sampleRate, samples: samples)
    }

    /// Decodes a packet and looks for the beginning or the end of speech in it.
    ///
    /// - Throws: `AudioError` for a broken packet, `ProviderError` when the detector cannot keep up.
    func hear(_ packet: ArraySlice<UInt8>) async throws -> [Event] {
        guard let frame = try decode(packet) else { return [] }
        if mustRenew, !endpointer.isSpeaking {
            mustRenew = false
            endpointer = Endpointer(endpointing)
        }
        let wasSpeaking = endpointer.isSpeaking
        var changes: [Endpointer.Event] = []
        pending.append(contentsOf: frame.samples)
        while pending.count >= VoiceActivity.windowSize {
            let window = Array(pending[..<VoiceActivity.windowSize])
            pending.removeFirst(VoiceActivity.windowSize)
            isHearing = true
            defer { isHearing = false }
            let probability = try await probability(of: window)
            isHearing = false
            // What was heard belongs to a time that is over.
            if mustReset {
                reset()
                return []
            }
            let event = endpointer.advance(probability)
            if event != .none { changes.append(event) }
        }

        var events: [Event] = []
        if wasSpeaking {
            events.append(.audio(frame, isVoice: endpointer.heardVoice))
        } else {
            preRoll.append(frame)
        }
        for change in changes {
            switch change {
            case .started: events.append(.speechStarted(preRoll.take()))
            case .ended: events.append(.speechEnded)
            case .none: break
            }
        }
        return events
    }

    /// How long the last utterance had been going on, in audio time, when it was noticed.
    var onsetTime: Duration { .milliseconds(endpointer.onsetMilliseconds) }

    /// Forgets what was heard: a new `listen start`, or the end of a reply.
    ///
    /// While the detector works on a window of this stream the reset waits for it: the engine writes into the state.
    func reset() {
        guard !isHearing else {
            mustReset = true
            return
        }
        mustReset = false
        endpointer.reset()
        preRoll.clear()
        pending.removeAll(keepingCapacity: true)
        stream?.reset()
        decoder = nil
    }

    /// The utterance was ended by something else than silence.
    func endUtterance() { endpointer.reset() }

    /// Digital silence needs no model.
    private func probability(of window: [Int16]) async throws -> Float {
        if window.allSatisfy({ $0 == 0 }) { return 0 }
        let stream = try self.stream ?? detector.makeStream()
        self.stream = stream
        return try await stream.speechProbability(of: window)
    }
}
