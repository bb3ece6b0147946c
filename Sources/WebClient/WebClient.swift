import AsyncHTTPClient
import JSON
import NIOCore
import NIOHTTP1
public import VoiceAPI

/// The one way out: a pooled HTTP client shared by every provider of the process.
///
/// Cancelling the calling task closes the request's connection. Errors never hold headers, so no key can leak.
public final class WebClient: Sendable {
    private let client: HTTPClient

    /// An error body is read so far, to say what the service complained about.
    private static let errorLimit = 16 * 1024

    /// - Parameter connectTimeout: how long a TCP and TLS handshake may take.
    public init(connectTimeout: Duration = .seconds(5)) {
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = .init(connectTimeout)
        // A key must not follow a redirect to another host.
        configuration.redirectConfiguration = .disallow
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 32
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Ends every connection; the composition root calls it last.
    public func shutdown() async throws { try await client.shutdown() }

    /// Sends a request and reads the whole answer.
    ///
    /// - Parameter limit: bytes of the answer at most.
    /// - Throws: `ProviderError` for anything but a 2xx answer.
    public func send(_ request: WebRequest, provider: String, limit: Int = 8 << 20) async throws(ProviderError)
        -> [UInt8]
    {
        var bytes: [UInt8] = []
        try await stream(request, provider: provider) { chunk in
            bytes += chunk
            guard bytes.count <= limit else {
                throw ProviderError(
                    .invalidResponse, provider: provider, message: "the answer is longer than \(limit) bytes")
            }
        }
        return bytes
    }

    /// Sends a request and hands on the answer's body as it arrives.
    ///
    /// - Parameter receive: gets each piece; may suspend (backpressure) and throw.
    /// - Throws: `ProviderError`, also for what `receive` throws.
    public func stream(
        _ request: WebRequest, provider: String, receive: ([UInt8]) async throws -> Void
    ) async throws(ProviderError) {
        do {
            var outgoing = HTTPClientRequest(url: request.url)
            outgoing.method = HTTPMethod(rawValue: request.method)
            for (name, value) in request.headers { outgoing.headers.add(name: name, value: value) }
            if !request.body.isEmpty { outgoing.body = .bytes(request.body) }
            let response = try await client.execute(outgoing, timeout: .init(request.firstByteTimeout))
            guard (200..<300).contains(response.status.code) else {
                throw await refusal(response, request, provider)
            }
            for try await buffer in response.body {
                try await receive(Array(buffer.readableBytesView))
                try Task.checkCancellation()
            }
        } catch {
            throw Self.explain(error, request: request, provider: provider)
        }
    }

    private func refusal(
        _ response: HTTPClientResponse, _ request: WebRequest, _ provider: String
    ) async -> ProviderError {
        var body = ""
        if let buffer = try? await response.body.collect(upTo: Self.errorLimit) { body = String(buffer: buffer) }
        let status = Int(response.status.code)
        let code: ProviderError.Code =
            switch status {
            case 401, 403: .unauthorized
            case 408: .timedOut
            case 429: .rateLimited
            case 500...: .unavailable
            default: .invalidRequest
            }
        let seconds = response.headers.first(name: "retry-after").flatMap(Int.init)
        let host = Self.host(of: request.url)
        return ProviderError(
            code, provider: provider, message: "\(host) answered \(status)\(Self.complaint(in: body))",
            retryAfter: seconds.map { .seconds(max(0, min($0, 3600))) })
    }

    /// The service's own words, short, without anything that looks like a key.
    private static func complaint(in body: String) -> String {
        let json = try? JSON(parsing: body)
        let error = json?["error"]
        let words = error?["message"]?.string ?? error?.string ?? json?["message"]?.string ?? ""
        guard !words.isEmpty else { return "" }
        let masked = words.split(separator: " ").map { word -> String in
            word.count > 20 && !word.contains("/") ? "…" : "\(word)"
        }
        return ": \(masked.joined(separator: " ").prefix(300))"
    }

    private static func explain(_ error: any Error, request: WebRequest, provider: String) -> ProviderError {
        if let error = error as? ProviderError { return error }
        let host = host(of: request.url)
        if Task.isCancelled || error is CancellationError || error as? HTTPClientError == .cancelled {
            return ProviderError(.cancelled, provider: provider, message: "the turn is over")
        }
        switch error as? HTTPClientError {
        case .deadlineExceeded, .readTimeout, .connectTimeout:
            return ProviderError(.timedOut, provider: provider, message: "\(host) did not answer in time")
        case .invalidURL, .emptyHost, .emptyScheme:
            return ProviderError(.invalidRequest, provider: provider, message: "\(request.url) is not an HTTP address")
        default:
            return ProviderError(
                .unavailable, provider: provider, message: "\(host) cannot be reached; is the service running?",
                cause: error)
        }
    }

    private static func host(of url: String) -> String {
        url.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first.map(String.init) ?? url
    }
}
