import Flow
import Logging
import DeviceProtocol
import VoiceAPI

/// Audio from the device: which of it is listened to, and where an utterance begins and ends.
extension Session {
    /// - Parameter age: since the frame came.
    /// - Returns: the turn that this frame's speech begins.
    func hear(_ bytes: [UInt8], age: Duration) async -> Turn? {
        // Wake-word audio before `listen start` and what is in flight after `listen stop` are nobody's words.
        guard capture.isOpen, isListening else { return nil }
        // Whoever speaks is heard to the end.
        if !hearingLoad.isFresh(age), capture.utterance == nil, capture.mode != .manual {
            events(.frameUnheard)
            return nil
        }
        do {
            let packet = try framing.decode(bytes)
            return capture.mode == .manual
                ? try record(packet.payload) : try await detect(in: packet.payload)
        } catch {
            logger.debug("dropped an audio frame", metadata: ["bytes": "\(bytes.count)", "error": "\(error)"])
            return nil
        }
    }

    /// A device without echo cancellation must not be listened to while it speaks: one in `auto`, and one in `realtime`
    /// that leaves it to the server (`features.aec`), which has none.
    var isHalfDuplex: Bool {
        switch capture.mode {
        case .manual: false
        case .auto: true
        case .realtime: features.aec
        }
    }

    private var isListening: Bool { !isHalfDuplex || (!machine.isReplying && clock.now >= capture.echoEnd) }

    /// Push-to-talk: everything between `listen start` and `listen stop` is the utterance.
    private func record(_ packet: ArraySlice<UInt8>) throws -> Turn? {
        guard let frame = try listener.decode(packet) else { return nil }
        if let utterance = capture.utterance {
            extend(utterance, frame, isVoice: true)
            return nil
        }
        return beginUtterance([frame])
    }

    /// Hands-free: speech is found, and its end too.
    private func detect(in packet: ArraySlice<UInt8>) async throws -> Turn? {
        let mark = capture.utterance
        let events = try await listener.hear(packet)
        // While the detector worked, the device may have been interrupted, or the reply may have begun; then these events
        // are of the past.
        guard capture.isOpen, isListening, capture.utterance === mark else { return nil }
        var turn: Turn?
        for event in events {
            switch event {
            case .speechStarted(let frames): turn = beginUtterance(frames) ?? turn
            case .audio(let frame, let isVoice):
                if let utterance = capture.utterance { extend(utterance, frame, isVoice: isVoice) }
            case .speechEnded:
                capture.utterance?.finish()
                capture.utterance = nil
            }
        }
        return turn
    }

    /// - Returns: nil when the person only speaks on: what they said before is being recognized, and this belongs to it.
    ///   What is too much for one question is not listened to until that one is answered.
    private func beginUtterance(_ frames: [AudioFrame]) -> Turn? {
        let utterance = Utterance(clock: clock, limit: settings.maximumUtterance)
        for frame in frames { _ = utterance.append(frame, isVoice: true) }
        guard let turn = turnInRecognition else {
            let turn = begin(.speech(utterance))
            capture.utterance = utterance
            return turn
        }
        if turn.add(utterance) { capture.utterance = utterance } else { listener.endUtterance() }
        return nil
    }

    /// The turn whose words are not known yet.
    private var turnInRecognition: Turn? {
        guard let turn, machine.phase == .hearing(turn.id), case .speech = turn.input else { return nil }
        return turn
    }

    private func extend(_ utterance: Utterance, _ frame: AudioFrame, isVoice: Bool) {
        if !utterance.append(frame, isVoice: isVoice) { endAtLimit(utterance) }
    }

    private func endAtLimit(_ utterance: Utterance) {
        logger.info("utterance reached its limit", metadata: ["seconds": "\(settings.maximumUtterance)"])
        end(utterance)
        // Whoever holds the button on is not listened to until they press it again.
        if capture.mode == .manual { capture.isOpen = false }
    }

    private func end(_ utterance: Utterance) {
        utterance.finish()
        if capture.utterance === utterance { capture.utterance = nil }
        listener.endUtterance()
    }

    /// Ends an utterance whose audio stopped coming: a board in DTX, or one that went out of range. In push-to-talk
    /// silence may be long, and only the longest utterance bounds the wait for `listen stop`.
    func endOverdue(_ utterance: Utterance) async {
        let gap = capture.mode == .manual ? nil : settings.audioGap
        while !Task.isCancelled, !utterance.ended.isOpen {
            let gapEnd = gap.map { utterance.lastFrame + $0 } ?? utterance.deadline
            if clock.now >= utterance.deadline { return endAtLimit(utterance) }
            if clock.now >= gapEnd { return end(utterance) }
            do { try await clock.sleep(until: min(gapEnd, utterance.deadline)) } catch { return }
        }
    }
}
