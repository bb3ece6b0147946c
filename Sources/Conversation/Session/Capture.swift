import DeviceProtocol

/// What the session does with incoming audio.
struct Capture {
    /// How the device wants utterances ended; boards say it with every `listen start`.
    var mode = ListenMode.auto
    /// The device has said `listen` at least once; nothing is spoken before (conformance statement 27).
    var hasListened = false
    /// Between `listen start` and `listen stop`.
    var isOpen = false
    /// The utterance that audio is going into; it belongs to the turn in progress.
    var utterance: Utterance?
    /// By when the room has forgotten the last answer.
    var echoEnd = Duration.zero
}
