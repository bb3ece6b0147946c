/// Why the gateway did not let a connection in: a closed set, so that it may be a label of a metric.
public enum RefusalReason: String, Sendable, CaseIterable {
    /// The request is no HTTP.
    case badRequest = "bad_request"
    case headTooLong = "head_too_long"
    case missingDeviceID = "missing_device_id"
    case invalidDeviceID = "invalid_device_id"
    /// No token, or none that is good here.
    case unauthorized
    /// A web page that may not talk to this server (`server.allowed_origins`).
    case foreignOrigin = "foreign_origin"
    case badHandshake = "bad_handshake"
    /// The server is stopping.
    case stopping
    /// The server has too much to do.
    case overloaded
    /// As many devices as may are connected.
    case busy
    /// As many connections as may come from this address.
    case addressBusy = "address_busy"
    /// More new connections in a second than may be.
    case tooFast = "too_fast"
    /// The upgrade was done, but too many others wait for their session: closed with 1013.
    case tooManyArrivals = "too_many_arrivals"
}
