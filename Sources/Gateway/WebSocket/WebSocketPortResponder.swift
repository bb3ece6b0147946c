import Hummingbird

/// Tells whoever opens the WebSocket port in a browser what it is.
struct WebSocketPortResponder: HTTPResponder {
    typealias Context = GatewayRequestContext

    func respond(to request: Request, context: GatewayRequestContext) async throws -> Response {
        HTTPReply.text("Yuyan is running. This is its WebSocket port for xiaozhi devices, not a web page.\n")
    }
}
