import Crypto
import FoundationEssentials

/// Mints the token a device gets from OTA and checks the one it connects with.
///
/// The format is the reference server's, so tokens survive a change of server: base64url without padding of
/// HMAC-SHA256(key, `client|device|seconds`), a dot, and the seconds. Ids count as sent, case included.
public struct DeviceAuthenticator: Sendable {
    /// `server.auth.enabled`: off lets every device in and mints empty tokens.
    public var isEnabled: Bool
    /// `server.auth.allowed_devices`: these need no token.
    public var allowedDevices: Set<String>
    /// `server.auth.expire_seconds`; zero: a token does not age. A board asks for one only when it boots, and one that
    /// runs for months must not be locked out; what ends a token is a new key.
    public var lifetimeSeconds: Int64
    private let key: SymmetricKey

    /// Why a device was not let in.
    public enum Refusal: String, Error, Sendable {
        case missing = "this server wants a token: ask its OTA address for one"
        case malformed = "the token has the wrong form"
        case forged = "the token does not belong to this device and client id"
        case expired = "the token has expired: ask the OTA address for a new one"
    }

    /// - Parameters:
    ///   - key: the secret of `server.auth_key`, as UTF-8.
    ///   - lifetimeSeconds: zero or less means that tokens do not age.
    public init(
        key: String, isEnabled: Bool = false, allowedDevices: Set<String> = [], lifetimeSeconds: Int64 = 0
    ) {
        self.key = SymmetricKey(data: Data(key.utf8))
        self.isEnabled = isEnabled
        self.allowedDevices = allowedDevices
        self.lifetimeSeconds = max(lifetimeSeconds, 0)
    }

    /// The token for the OTA answer; empty when the device needs none.
    ///
    /// - Parameter now: Unix time in seconds.
    public func mint(deviceID: String, clientID: String, now: Int64) -> String {
        guard isEnabled, !allowedDevices.contains(deviceID) else { return "" }
        return signature(deviceID: deviceID, clientID: clientID, time: now) + ".\(now)"
    }

    /// Whether the device may connect; the upgrade calls it before it answers 101 (conformance statement 4).
    ///
    /// - Parameters:
    ///   - authorization: the header's or query parameter's value, with or without `Bearer `.
    ///   - now: Unix time in seconds.
    public func check(authorization: String?, deviceID: String, clientID: String, now: Int64) throws(Refusal) {
        guard isEnabled, !allowedDevices.contains(deviceID) else { return }
        var token = Substring(authorization ?? "")
        if token.prefix(7).lowercased() == "bearer " { token = token.dropFirst(7) }
        token = token.drop { $0 == " " }
        guard !token.isEmpty else { throw .missing }
        guard let dot = token.lastIndex(of: "."), let time = Int64(token[token.index(after: dot)...]), time >= 0 else {
            throw .malformed
        }
        let expected = signature(deviceID: deviceID, clientID: clientID, time: time)
        guard SecretComparison.isEqual(token[..<dot], expected) else { throw .forged }
        guard lifetimeSeconds > 0 else { return }
        // A token from the future is still ours: the clock was set back since.
        let (age, overflow) = now.subtractingReportingOverflow(time)
        guard !overflow, age <= lifetimeSeconds else { throw .expired }
    }

    private func signature(deviceID: String, clientID: String, time: Int64) -> String {
        let text = "\(clientID)|\(deviceID)|\(time)"
        let code = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key)
        return Data(code).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
