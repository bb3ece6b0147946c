import Conversation
import FoundationEssentials
import Settings

extension SessionSettings {
    /// What the configuration says about conversations.
    init(_ settings: ServerSettings) {
        self.init()
        persona = settings.prompt
        endpointing.threshold = Float(settings.vadThreshold)
        endpointing.lowThreshold = Float(settings.vadLowThreshold)
        endpointing.minimumSilence = settings.minimumSilence
        wakeWords = settings.wakeWords
        exitPhrases = settings.exitCommands
        greetsOnWakeWord = settings.greetsOnWakeWord
        answersPing = settings.answersPing
        // A board takes a channel without data for 120 s as dead (conformance statement 10).
        idleLimit = .seconds(min(settings.idleLimit, 118))
        farewellPrompt = settings.farewellPrompt
        toolDeadline = .seconds(settings.toolTimeout)
        speech.sampleRate = settings.sampleRate
        speech.frameMilliseconds = settings.frameDuration
        if let apology = settings.errorResponse { phrases.apology["zh"] = apology }
        fillerDelay = settings.toolFillerDelay.map { .milliseconds($0) }
        let offset = settings.timezoneOffset * 3600
        timestamp = {
            let style = Date.ISO8601FormatStyle(dateSeparator: .dash, dateTimeSeparator: .space, timeSeparator: .colon)
            return String(Date(timeIntervalSinceNow: offset).formatted(style).prefix(19))
        }
    }
}
