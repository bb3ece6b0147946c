import JSON

/// What a console asks for over a device connection (`server` messages, device-protocol.md §2). Who obeys checks the
/// secret.
package struct ConsoleCommand: Sendable, Equatable {
    /// `update_config` or `restart`.
    package var action: String
    package var secret: String

    /// - Parameter json: the whole message; what is missing is empty.
    init(_ json: JSON) {
        action = json["action"]?.string ?? ""
        secret = json["content"]?["secret"]?.string ?? ""
    }
}

/// What came of it.
package struct ConsoleAnswer: Sendable, Equatable {
    package var isSuccess: Bool
    package var message: String
    /// Whoever does not know the secret learns nothing, not even which action they named.
    package var isTrusted: Bool

    package init(isSuccess: Bool, message: String, isTrusted: Bool = true) {
        self.isSuccess = isSuccess
        self.message = message
        self.isTrusted = isTrusted
    }
}
