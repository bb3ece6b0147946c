package import Conversation
package import Resilience
import Tools
package import VoiceAPI

extension ServerMetrics {
    /// What a provider is called that the report does not name.
    private static let unnamed = "unknown"

    /// Counts a finished turn: how it ended and what each stage took. The session's observer calls it.
    package func observe(_ report: TurnReport) { observe(TurnRecord(report)) }

    package func observe(_ record: TurnRecord) {
        turns.add(1, record.ending.rawValue)
        if let silence = record.timeToFirstAudio { timeToFirstAudio.observe(silence) }
        if let added = record.serverAdded { serverAdded.observe(added) }
        if let silence = record.bargeIn { bargeIn.observe(silence) }
        for span in record.spans {
            guard span.outcome == .completed else {
                stageCancelled.add(1, span.stage.rawValue, span.outcome.rawValue)
                continue
            }
            let provider = span.provider ?? Self.unnamed
            switch span.stage {
            case .vad: endpointing.observe(span.duration, provider)
            case .asr: recognition.observe(span.duration, provider)
            case .llm:
                firstSentence.observe(span.duration, provider)
                if let token = record.timeline.firstToken {
                    firstToken.observe(max(.zero, token - span.start), provider)
                }
            case .tts: firstAudio.observe(span.duration, provider)
            // Counted below: a device names its tools itself.
            case .intent, .playout, .tool: break
            }
        }
        for call in record.tools {
            guard let end = call.end else { continue }
            if call.isFailed {
                toolErrors.add(1, Self.label(of: call))
            } else {
                tools.observe(max(.zero, end - call.start), Self.label(of: call))
            }
        }
    }

    /// The names of a device's own tools are its own business: with many firmwares, or one that invents names, they would
    /// take every label there is from the server's tools.
    private static func label(of call: ToolTiming) -> String {
        switch call.source {
        case .deviceIoT, .deviceMCP: "device"
        case .plugin, .mcpServer, .mcpEndpoint, nil: call.name
        }
    }

    /// A frame counts as late from here on: a device holds five frames, but a tick of the scheduler is no news either.
    package static var lateAfter: Duration { .milliseconds(5) }

    /// Counts what happens in a session. Every session gets this as its `events`.
    ///
    /// - Parameter chained: kinds (`asr`, `llm`, `tts`) whose calls a fallback chain reports itself, provider by provider
    ///   (`observe(_:kind:)`); what the session says of them is left out, so that nothing counts twice.
    package func observe(_ event: SessionEvent, chained: Set<String> = []) {
        switch event {
        case .providerAnswered(_, let kind) where chained.contains(kind): break
        case .providerFailed(_, let kind) where chained.contains(kind): break
        case .opened:
            connectionsOpened.add()
            connectionsActive.add(1)
        case .closed(let reason):
            connectionsActive.add(-1)
            connectionsClosed.add(1, reason.replacing(" ", with: "_"))
        case .turnBegan: turnsActive.add(1)
        case .turnEnded: turnsActive.add(-1)
        case .frameReceived: framesReceived.add()
        case .frameUnheard: framesUnheard.add()
        case .frameSent(let lateness, let gap):
            framesSent.add()
            if lateness > Self.lateAfter { framesLate.add() }
            if gap > Self.lateAfter { playoutGaps.add() }
        case .providerAnswered(let provider, let kind): providerAnswered(provider, kind: kind)
        case .providerFailed(let error, let kind): providerFailed(error, kind: kind)
        }
    }

    /// Counts one call of one provider of a fallback chain; the chain's `onEvent` calls it.
    package func observe(_ event: ProviderEvent, kind: String) {
        if let code = event.code {
            providerFailed(ProviderError(code, provider: event.provider, message: ""), kind: kind)
        } else {
            providerAnswered(event.provider, kind: kind)
        }
        if event.fellBack { providerFallbacks.add(1, event.provider) }
        if event.isRetry { providerRetries.add(1, event.provider) }
    }

    /// Sets what all connections weigh; the sweeper's `onSweep` calls it.
    package func observe(_ sweep: SweepSummary) {
        connectionsMemory.set(Double(sweep.memory))
        connectionMemoryMaximum.set(Double(sweep.largestMemory))
        connectionCPUMaximum.set(sweep.largestBusyShare)
    }

    /// Counts a call of a provider that went well.
    ///
    /// - Parameter kind: `asr`, `llm`, `tts`, `vision`, …
    package func providerAnswered(_ provider: String, kind: String) { providerCalls.add(1, provider, kind) }

    /// Counts a call of a provider that failed. A call that its turn cancelled is not the provider's failure.
    package func providerFailed(_ error: ProviderError, kind: String) {
        guard error.code != .cancelled else { return }
        providerCalls.add(1, error.provider, kind)
        providerErrors.add(1, error.provider, error.code.description)
        if error.code == .timedOut { providerTimeouts.add(1, error.provider) }
    }
}
