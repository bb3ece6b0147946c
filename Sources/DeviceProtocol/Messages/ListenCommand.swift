import JSON

/// How the end of an utterance is found.
public enum ListenMode: String, Sendable, Equatable {
    /// The server finds it; the device is deaf while it speaks.
    case auto
    /// The person holds a button.
    case manual
    /// The server finds it; the device cancels its echo and may be interrupted by voice.
    case realtime
}

/// A `listen` message. The mode may come with any of them.
public enum ListenCommand: Sendable, Equatable {
    case start(mode: ListenMode?)
    /// The end of push-to-talk; may come without any audio.
    case stop(mode: ListenMode?)
    /// A wake phrase that the device heard itself, or any typed text.
    case detect(text: String?, mode: ListenMode?)

    init(_ json: JSON) throws(DeviceMessageError) {
        let mode = json["mode"]?.string.flatMap(ListenMode.init)
        switch json["state"]?.string {
        case "start": self = .start(mode: mode)
        case "stop": self = .stop(mode: mode)
        case "detect": self = .detect(text: json["text"]?.string, mode: mode)
        default: throw DeviceMessageError(key: "state", expected: "start, stop or detect")
        }
    }
}
