import Conversation
import Tools

/// What one stage of a turn took.
package struct TurnSpan: Sendable, Equatable {
    /// The stages, named as in traces and on the dashboard.
    package enum Stage: String, Sendable, CaseIterable {
        /// From the last voice to the decision that the person has finished.
        case vad
        /// From there to the final words.
        case asr
        /// From the words to the opened reply; with `intent_llm` the classifier's call.
        case intent
        /// From the question to the model's first whole sentence.
        case llm
        /// One tool call.
        case tool
        /// From the first sentence to its first audio.
        case tts
        /// From the first frame to the last one played.
        case playout
    }
    /// How a stage ended.
    package enum Outcome: String, Sendable {
        case completed, cancelled, failed
    }

    package var stage: Stage
    /// The provider or the tool; nil when it is the server itself or unknown.
    package var provider: String?
    package var start: Duration
    package var end: Duration
    package var outcome: Outcome

    package var duration: Duration { max(.zero, end - start) }
}

extension TurnRecord {
    /// The turn's stages in the order in which they began.
    ///
    /// A stage that began and did not end was cut off by the turn's end: cancelled by an interruption, or failed.
    package var spans: [TurnSpan] {
        let line = timeline
        var spans: [TurnSpan] = []
        func add(_ stage: TurnSpan.Stage, _ provider: String?, _ start: Duration?, _ end: Duration?, follows: Bool) {
            guard let start else { return }
            if let end {
                spans.append(
                    TurnSpan(stage: stage, provider: provider, start: start, end: max(start, end), outcome: .completed))
            } else if follows, let outcome = cutOff {
                spans.append(
                    TurnSpan(
                        stage: stage, provider: provider, start: start, end: max(start, self.end), outcome: outcome))
            }
        }
        add(.vad, providers.detector, line.lastVoice, line.endpoint, follows: false)
        add(.asr, providers.recognizer, line.endpoint, line.transcript, follows: line.speechAnnounced == nil)
        // A classifier is asked after the reply was opened; without one, understanding is the server's own work.
        if let intent = line.intent {
            add(.intent, providers.classifier, line.speechAnnounced, intent, follows: false)
        } else {
            add(.intent, nil, line.transcript, line.speechAnnounced, follows: false)
        }
        // A fixed phrase (a greeting, a farewell) is spoken without asking a model.
        let asksModel = line.firstToken != nil || line.firstAudio == nil
        if asksModel {
            add(
                .llm, providers.model, line.intent ?? line.speechAnnounced, line.firstSentence ?? line.firstToken,
                follows: line.firstFrame == nil)
        }
        add(.tts, providers.voice, line.firstSentence, line.firstAudio, follows: line.firstFrame == nil)
        add(.playout, nil, line.firstFrame, line.playbackEnd, follows: true)
        for call in tools {
            spans.append(
                TurnSpan(
                    stage: .tool, provider: call.name, start: call.start, end: max(call.start, call.end ?? end),
                    outcome: call.isFailed ? .failed : call.end == nil ? .cancelled : .completed))
        }
        return spans.enumerated().sorted { ($0.element.start, $0.offset) < ($1.element.start, $1.offset) }.map(
            \.element)
    }

    /// How the turn's end counts for a stage that it cut off; nil when the turn ended well.
    private var cutOff: TurnSpan.Outcome? {
        switch ending {
        case .interrupted: .cancelled
        case .failed: .failed
        default: nil
        }
    }
}
