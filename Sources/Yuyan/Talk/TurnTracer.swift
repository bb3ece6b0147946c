import FoundationEssentials
import JSON
import VoiceAPI
import WebClient

/// Reads the last turn of this device from a server's flight recorder, for `yuyan talk --trace`.
struct TurnTracer: Sendable {
    /// Which turn a trace belongs to.
    struct Turn: Sendable, Equatable {
        var session: String
        var number: Int64
    }
    /// A turn as the server recorded it.
    struct Trace: Sendable {
        var turn: Turn
        var json: JSON
        /// The waterfall.
        var text: String
    }

    let client: WebClient
    /// `http://host:port`, without a closing slash.
    let server: String
    let token: String
    let deviceID: String

    /// The report is written a moment after the device has heard the last sound.
    private static let patience = Duration.seconds(3)

    /// - Parameter ota: the server's OTA address; the API lives on the same port.
    /// - Returns: nil when the address has no host.
    init?(client: WebClient, ota: String, token: String, deviceID: String) {
        let parts = ota.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[1].isEmpty, !parts[2].isEmpty else { return nil }
        server = "\(parts[0])//\(parts[2])"
        self.client = client
        self.token = token
        self.deviceID = deviceID
    }

    /// The token that a server in this working directory keeps.
    static func token(in directory: String) -> String? {
        FileManager.default.contents(atPath: "\(directory)/data/.owner_token")
            .flatMap {
                String(decoding: $0, as: UTF8.self).split(whereSeparator: \.isWhitespace).first.map(String.init)
            }
    }

    /// The last turn that is recorded now; nil when there is none.
    ///
    /// - Throws: `ProviderError` when the server does not answer or does not know the token.
    func last() async throws(ProviderError) -> Trace? {
        let bytes = try await get("")
        guard let json = (try? JSON(parsing: bytes))?["turns"]?.array?.first,
            let session = json["session_id"]?.string, let number = json["turn_id"]?.integer
        else { return nil }
        let text = String(decoding: try await get("&format=text"), as: UTF8.self)
        return Trace(turn: Turn(session: session, number: Int64(number)), json: json, text: text)
    }

    /// Waits for the turn after `earlier`.
    ///
    /// - Throws: as `last`; `.timedOut` when no turn is recorded in time.
    func next(after earlier: Turn?) async throws(ProviderError) -> Trace {
        let clock = ContinuousClock()
        let deadline = clock.now + Self.patience
        while clock.now < deadline {
            if let trace = try await last(), trace.turn != earlier { return trace }
            do { try await clock.sleep(for: .milliseconds(100)) } catch { break }
        }
        throw ProviderError(.timedOut, provider: "trace", message: "the server recorded no turn of \(deviceID)")
    }

    private func get(_ more: String) async throws(ProviderError) -> [UInt8] {
        var request = WebRequest(method: "GET", url: "\(server)/api/turns?device=\(deviceID)&limit=1\(more)")
        request.authorize(with: token)
        return try await client.send(request, provider: "trace")
    }
}
