import AsyncHTTPClient
import Flow
import FoundationEssentials
import JSON
import NIOCore
import NIOHTTP1
public import VoiceAPI

/// The one way out: a pooled HTTP client shared by every provider of the process.
///
/// Cancelling the calling task closes the request's connection. Errors never hold headers, so no key can leak.
/// Requests to a host that is busy wait in a bounded line; nothing waits without a deadline.
public final class WebClient: Sendable {
    private let client: HTTPClient
    private let limits: WebLimits
    private let clock: SessionClock
    private let gate: HostGate

    /// An error body is read so far, to say what the service complained about.
    private static let errorLimit = 16 * 1024
    /// An error body that does not come is not waited for.
    private static let errorPatience = Duration.seconds(1)
    /// How long `send` may take when the request does not say.
    private static let sendTimeout = Duration.seconds(30)
    private static let goodbyeTimeout = Duration.seconds(1)
    /// Bytes of an answer that may wait for their reader, beyond the piece that is being read.
    private static let readAhead = 64 * 1024

    public init(limits: WebLimits = WebLimits()) {
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = .init(limits.connectTimeout)
        // A key must not follow a redirect to another host.
        configuration.redirectConfiguration = .disallow
        // The gate is the limit; the pool must never be the one that makes a request wait.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = max(1, limits.concurrentRequests)
        // A refused connection is told at once: whether another try helps is the caller's question.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        self.limits = limits
        clock = SessionClock(ContinuousClock())
        gate = HostGate(limits: limits, clock: clock)
    }

    /// - Parameter connectTimeout: how long a TCP and TLS handshake may take.
    public convenience init(connectTimeout: Duration) {
        var limits = WebLimits()
        limits.connectTimeout = connectTimeout
        self.init(limits: limits)
    }

    /// Requests that run and that wait for their turn, for metrics.
    public var depth: (running: Int, waiting: Int) { gate.depth }

    /// Ends every connection; the composition root calls it last.
    public func shutdown() async throws { try await client.shutdown() }

    /// Sends a request and reads the whole answer.
    ///
    /// - Parameter limit: bytes of the answer at most.
    /// - Throws: `ProviderError` for anything but a 2xx answer; `.timedOut` after the request's total time.
    public func send(_ request: WebRequest, provider: String, limit: Int = 8 << 20) async throws(ProviderError)
        -> [UInt8]
    {
        var request = request
        request.totalTimeout = request.totalTimeout ?? max(Self.sendTimeout, request.firstByteTimeout ?? .zero)
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

    /// Sends a request whose answer says nothing: the goodbye of a caller that ends. It goes out even when its task is
    /// cancelled, and takes a second at most.
    public func sendGoodbye(_ request: WebRequest) async {
        guard
            let outgoing = try? HTTPClient.Request(
                url: request.url, method: HTTPMethod(rawValue: request.method),
                headers: HTTPHeaders(request.headers.map { ($0.name, $0.value) }))
        else { return }
        // Nobody who waits for a future can cancel what it stands for.
        _ = try? await client.execute(request: outgoing, deadline: .now() + TimeAmount(Self.goodbyeTimeout)).get()
    }

    /// Sends a request and hands on the answer's body as it arrives.
    ///
    /// - Parameters:
    ///   - head: gets the answer's header fields, by lower-case name, before the body.
    ///   - receive: gets each piece; may suspend (backpressure) and throw.
    /// - Throws: `ProviderError`, also for what `receive` throws. `.overloaded` when too many requests to
    ///   the host are under way, `.timedOut` when a deadline of the request passes.
    public func stream(
        _ request: WebRequest, provider: String,
        head: @escaping @Sendable (_ fields: [String: String]) -> Void = { _ in },
        receive: ([UInt8]) async throws -> Void
    ) async throws(ProviderError) {
        let host = Self.host(of: request.url)
        try await gate.enter(host, provider: provider)
        defer { gate.leave(host) }
        let pieces = BoundedQueue<[UInt8]>(limit: Self.readAhead)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                // Reading runs beside the reader, so that deadlines can end it while `receive` stays with its caller.
                group.addTask {
                    defer { pieces.finish() }
                    try await self.read(request, provider: provider, head: head, into: pieces)
                }
                defer { group.cancelAll() }
                for await piece in pieces {
                    try await receive(piece)
                    try Task.checkCancellation()
                }
                try await group.waitForAll()
                try Task.checkCancellation()
            }
        } catch {
            throw Self.explain(error, request: request, provider: provider)
        }
    }

    /// Reads an answer within the request's total time.
    private func read(
        _ request: WebRequest, provider: String, head: @escaping @Sendable ([String: String]) -> Void,
        into pieces: BoundedQueue<[UInt8]>
    ) async throws {
        guard let total = request.totalTimeout else {
            return try await readWatched(request, provider: provider, head: head, into: pieces)
        }
        let clock = clock
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await self.readWatched(request, provider: provider, head: head, into: pieces)
                return true
            }
            group.addTask {
                try await clock.sleep(for: total)
                return false
            }
            defer { group.cancelAll() }
            guard try await group.next() == true else {
                throw ProviderError(
                    .timedOut, provider: provider,
                    message: "\(Self.host(of: request.url)) did not finish within \(total)")
            }
        }
    }

    /// Reads an answer, never silent for longer than the request's idle time.
    private func readWatched(
        _ request: WebRequest, provider: String, head: @escaping @Sendable ([String: String]) -> Void,
        into pieces: BoundedQueue<[UInt8]>
    ) async throws {
        let response = try await begin(request, provider: provider)
        head(
            Dictionary(
                response.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first }))
        guard let idle = request.idleTimeout else {
            for try await buffer in response.body {
                await pieces.send(Array(buffer.readableBytesView), weight: buffer.readableBytes)
            }
            return
        }
        try await withProgressDeadline(
            idle, clock: clock, provider: provider, waitingFor: "more of the answer"
        ) { progress in
            for try await buffer in response.body {
                let bytes = Array(buffer.readableBytesView)
                await progress.paused { _ = await pieces.send(bytes, weight: bytes.count) }
            }
        }
    }

    /// Sends a request and waits for the head of its answer.
    private func begin(_ request: WebRequest, provider: String) async throws -> HTTPClientResponse {
        var outgoing = HTTPClientRequest(url: request.url)
        outgoing.method = HTTPMethod(rawValue: request.method)
        for (name, value) in request.headers { outgoing.headers.add(name: name, value: value) }
        if !request.body.isEmpty { outgoing.body = .bytes(request.body) }
        let response = try await client.execute(
            outgoing, timeout: .init(request.firstByteTimeout ?? limits.firstByteTimeout))
        guard (200..<300).contains(response.status.code) else { throw await refusal(response, request, provider) }
        return response
    }

    private func refusal(
        _ response: HTTPClientResponse, _ request: WebRequest, _ provider: String
    ) async -> ProviderError {
        let body =
            try? await withProgressDeadline(
                Self.errorPatience, clock: clock, provider: provider, waitingFor: "reason"
            ) { _ in String(buffer: try await response.body.collect(upTo: Self.errorLimit)) }
        let status = Int(response.status.code)
        let code: ProviderError.Code =
            switch status {
            case 401, 403: .unauthorized
            case 408: .timedOut
            case 429: .rateLimited
            case 500...: .unavailable
            default: .invalidRequest
            }
        // The service's clock may be wrong; against its own `Date` its `Retry-After` is right.
        let now =
            response.headers.first(name: "date").flatMap(HTTPDate.seconds)
            ?? Int64(Date.now.timeIntervalSince1970)
        let host = Self.host(of: request.url)
        return ProviderError(
            code, provider: provider, message: "\(host) answered \(status)\(Self.complaint(in: body ?? ""))",
            retryAfter: response.headers.first(name: "retry-after").flatMap { RetryAfter.duration($0, now: now) },
            status: status)
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
        // A connection that ends in the middle is a broken service, not one that speaks something else.
        if let error = error as? HTTPParserError, error != .invalidEOFState {
            return ProviderError(
                .invalidResponse, provider: provider, message: "\(host) answered something that is not HTTP",
                cause: error)
        }
        switch error as? HTTPClientError {
        case .deadlineExceeded, .readTimeout, .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout:
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
