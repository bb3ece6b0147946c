import HTTPTypes
import Hummingbird
import JSON
import Logging
import NIOCore

/// The HTTP port: OTA for devices, health for operators.
struct HTTPRoutes: HTTPResponder {
    typealias Context = GatewayRequestContext
    let gate: GatewayGate
    let announcer: PortAnnouncer
    /// Unix time in milliseconds when the gateway started.
    let started: Int64
    /// nil: the owner's addresses do not exist.
    let owner: OwnerAccess?

    func respond(to request: Request, context: GatewayRequestContext) async throws -> Response {
        var path = request.uri.path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        switch (request.method, path) {
        case (.options, "/xiaozhi/ota"), (.options, "/xiaozhi/ota/activate"), (.get, "/xiaozhi/ota"),
            (.post, "/xiaozhi/ota"), (.post, "/xiaozhi/ota/activate"):
            return try await answerDevice(request, path, context)
        case (.get, "/health"):
            return HTTPReply.json([
                "status": "ok", "version": .string(gate.configuration.version),
                "uptime_seconds": .integer(max(0, gate.now() - started) / 1000),
                "sessions": .integer(Int64(gate.door.current)),
            ])
        case (_, "/xiaozhi/ota"), (_, "/xiaozhi/ota/activate"), (_, "/health"):
            return HTTPReply.error(.methodNotAllowed, "method_not_allowed", "this address does not take that method")
        case (_, let path) where owner != nil && OwnerAccess.isOwners(path):
            return try await ask(owner, request, path, context)
        default:
            return HTTPReply.error(.notFound, "not_found", "nothing lives at this address; devices ask /xiaozhi/ota/")
        }
    }

    /// What devices ask, and pages that play one.
    private func answerDevice(
        _ request: Request, _ path: String, _ context: GatewayRequestContext
    ) async throws -> Response {
        let arrival = ArrivalRequest(request.head)
        let origin = arrival.header("origin")
        do throws(Admission.Refusal) {
            try gate.admission.origins.check(arrival)
        } catch {
            context.logger.notice(
                "A request was refused",
                metadata: [
                    "peer": "\(context.peer)", "code": "\(error.code.rawValue)",
                    "origin": "\(Admission.loggable(origin))",
                ])
            gate.onRefusal(error.code)
            return HTTPReply.error(.forbidden, error.code.rawValue, error.message)
        }
        let response =
            switch (request.method, path) {
            case (.options, _): Response(status: .noContent)
            case (.get, _):
                HTTPReply.text(
                    "The OTA interface works. Devices are sent to the WebSocket address "
                        + "\(await webSocketURL(for: arrival))\n")
            case (_, "/xiaozhi/ota"): try await ota(request, arrival, context)
            // Every device counts as bound until there is pairing (conformance statement 44).
            default: HTTPReply.json(["success": true])
            }
        return crossOrigin(response, for: origin)
    }

    /// One of the owner's addresses. The body is read only after the token was right.
    private func ask(
        _ owner: OwnerAccess?, _ request: Request, _ path: String, _ context: GatewayRequestContext
    ) async throws -> Response {
        guard let owner, owner.admits(authorization: request.headers[.authorization]) else {
            context.logger.notice(
                "A request without the owner's token was refused", metadata: ["peer": "\(context.peer)"])
            var response = HTTPReply.error(
                .unauthorized, "unauthorized",
                "send Authorization: Bearer and the owner's token (data/.owner_token, or server.owner_token)")
            response.headers[.wwwAuthenticate] = "Bearer"
            return response
        }
        guard let body = try await body(of: request) else { return tooLong }
        let arrival = ArrivalRequest(request.head)
        let question = OwnerRequest(
            method: request.method.rawValue, path: path, query: arrival.query,
            headers: arrival.headers.filter { $0.key != "authorization" }, body: Array(body.readableBytesView))
        guard let answer = await owner.handle(question) else {
            return HTTPReply.error(.notFound, "not_found", "nothing lives at this address")
        }
        return HTTPReply.make(answer)
    }

    /// - Returns: nil when it is longer than a body may be.
    private func body(of request: Request) async throws -> ByteBuffer? {
        do {
            return try await request.body.collect(upTo: gate.configuration.maximumBodyBytes)
        } catch is NIOTooManyBytesError { return nil }
    }

    private var tooLong: Response {
        HTTPReply.error(
            .contentTooLarge, "body_too_large", "a body has at most \(gate.configuration.maximumBodyBytes) bytes")
    }

    private func ota(
        _ request: Request, _ arrival: ArrivalRequest, _ context: GatewayRequestContext
    ) async throws -> Response {
        guard let body = try await body(of: request) else { return tooLong }
        let answer = OTAAnswer(
            configuration: gate.configuration, authenticator: gate.admission.authenticator, now: gate.now(),
            webSocketURL: await webSocketURL(for: arrival))
        // A body that is not JSON costs only the version it would have told.
        let report = try? JSON(parsing: body.readableBytesView)
        let (reply, refusal) = answer.reply(to: arrival, report: report)
        if let refusal {
            context.logger.notice(
                "An OTA request was refused", metadata: ["peer": "\(context.peer)", "reason": "\(refusal)"])
        }
        return HTTPReply.json(bytes: reply)
    }

    /// The configured address, else the one the client reached us by: it is the one that works from there.
    private func webSocketURL(for request: ArrivalRequest) async -> String {
        if let url = gate.configuration.advertisedWebSocketURL { return url }
        let port = await announcer.webSocketPort ?? gate.configuration.webSocketPort
        if let host = AdvertisedHost.host(of: request.host) { return "ws://\(host):\(port)/xiaozhi/v1/" }
        return "ws://\(await AdvertisedHost.localAddress()):\(port)/xiaozhi/v1/"
    }

    /// Lets the browser client in (conformance statement 47). No credentials: nothing here uses cookies.
    ///
    /// - Parameter origin: a page that may come in; nil for a client that is no browser.
    private func crossOrigin(_ response: Response, for origin: String?) -> Response {
        var response = response
        response.headers[.vary] = "Origin"
        guard let origin else { return response }
        response.headers[.accessControlAllowOrigin] = origin
        response.headers[.accessControlAllowMethods] = "GET, POST, OPTIONS"
        response.headers[.accessControlAllowHeaders] = "client-id, content-type, device-id, authorization"
        response.headers[.accessControlMaxAge] = "86400"
        return response
    }
}
