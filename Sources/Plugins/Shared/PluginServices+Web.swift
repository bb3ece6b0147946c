import JSON
import VoiceAPI
import WebClient

/// JSON over HTTP for plugins: bounded in size and time.
extension PluginServices {
    /// Bytes of an answer that a plugin reads at most.
    private static let longestAnswer = 2 << 20

    /// - Parameters:
    ///   - provider: the plugin's name, for errors.
    ///   - body: sent as JSON by POST; nil asks by GET.
    /// - Throws: `ProviderError`.
    func json(
        _ url: String, provider: String, headers: [(name: String, value: String)] = [], body: JSON? = nil,
        timeout: Duration = .seconds(5)
    ) async throws -> JSON {
        var request = WebRequest(
            method: body == nil ? "GET" : "POST", url: url, headers: headers, body: body?.bytes ?? [],
            firstByteTimeout: timeout)
        if body != nil { request.headers.append(("Content-Type", "application/json")) }
        let bytes = try await web.send(request, provider: provider, limit: Self.longestAnswer)
        do { return try JSON(parsing: bytes) } catch {
            throw ProviderError(
                .invalidResponse, provider: provider, message: "the service did not answer in JSON", cause: error)
        }
    }
}

extension String {
    /// For a query or a path segment: everything but unreserved characters is percent-encoded (RFC 3986).
    var percentEncoded: String {
        let digits = Array("0123456789ABCDEF")
        var result = ""
        for byte in utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
        return result
    }

    /// Without a slash at the end, so that a path can follow.
    var withoutSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}
