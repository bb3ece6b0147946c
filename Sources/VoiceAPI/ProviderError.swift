/// What went wrong in a recognizer, model, voice or tool, in a form that a turn can act on and a person can read.
///
/// Thrown by every seam of this module. `message` names the remedy where there is one and never holds a secret.
public struct ProviderError: Error, Sendable, CustomStringConvertible {
    /// Why the call failed; new codes may be added, so switch with a default.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Base: String, Sendable {
            case unavailable, unauthorized, rateLimited, timedOut, invalidRequest, invalidResponse, overloaded,
                cancelled
        }
        private let base: Base
        private init(_ base: Base) { self.base = base }

        /// The service cannot be reached or answered with a server error (HTTP 5xx); another try may help.
        public static let unavailable = Code(.unavailable)
        /// The key or token is missing, wrong or not allowed to do this (HTTP 401, 403).
        public static let unauthorized = Code(.unauthorized)
        /// The service asks to slow down (HTTP 429).
        public static let rateLimited = Code(.rateLimited)
        /// A deadline of ours passed.
        public static let timedOut = Code(.timedOut)
        /// The service refuses what was sent (other HTTP 4xx): settings or input are wrong.
        public static let invalidRequest = Code(.invalidRequest)
        /// The service answered something that is not its own format.
        public static let invalidResponse = Code(.invalidResponse)
        /// A bounded queue of ours is full.
        public static let overloaded = Code(.overloaded)
        /// The turn that asked is gone.
        public static let cancelled = Code(.cancelled)

        public var description: String { base.rawValue }
    }

    public var code: Code
    /// The configured name of the provider, for example `OpenAILLM`.
    public var provider: String
    /// One sentence for a log or a person.
    public var message: String
    public var cause: (any Error)?
    /// How long the service asked to wait before the next try (`Retry-After`).
    public var retryAfter: Duration?
    /// The HTTP status the service refused with.
    public var status: Int?

    public init(
        _ code: Code, provider: String, message: String, cause: (any Error)? = nil, retryAfter: Duration? = nil,
        status: Int? = nil
    ) {
        self.code = code
        self.provider = provider
        self.message = message
        self.cause = cause
        self.retryAfter = retryAfter
        self.status = status
    }

    public var description: String {
        let reason = cause.map { " (\($0))" } ?? ""
        return "\(provider): \(code): \(message)\(reason)"
    }
}
