import Conversation
import Gateway
import Logging
import ServiceLifecycle

/// A gateway on free ports of 127.0.0.1 for the length of a test, stopped gracefully at its end.
enum GatewayFixture {
    static let secret = "secret key"

    /// The session that says everything back.
    static let echo: DeviceSessionHandler = { _, inputs, connection in
        do {
            for try await case .frame(let frame, _) in inputs {
                while !connection.send(frame) { try await Task.sleep(for: .milliseconds(1)) }
            }
        } catch {}
    }

    static func run<Result: Sendable>(
        authenticator: DeviceAuthenticator = DeviceAuthenticator(key: secret),
        now: @escaping @Sendable () -> Int64 = { 1_700_000_000_000 },
        configure: (inout GatewayConfiguration) -> Void = { _ in },
        owner: OwnerAccess? = nil,
        overload: @escaping @Sendable () -> String? = { nil },
        onRefusal: @escaping @Sendable (RefusalReason) -> Void = { _ in },
        onLoopDelay: (@Sendable (Int, Duration) -> Void)? = nil,
        handler: @escaping DeviceSessionHandler = echo,
        _ body: (GatewayPorts, ServiceGroup) async throws -> Result
    ) async throws -> Result {
        var configuration = GatewayConfiguration()
        configuration.host = "127.0.0.1"
        configuration.webSocketPort = 0
        configuration.httpPort = nil
        configuration.version = "1.2.3"
        configure(&configuration)
        let (running, announce) = AsyncStream.makeStream(of: GatewayPorts.self, bufferingPolicy: .bufferingNewest(1))
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = GatewayServer(
            configuration: configuration, authenticator: authenticator, logger: logger, now: now, owner: owner,
            overload: overload, onRefusal: onRefusal, onLoopDelay: onLoopDelay, onRunning: { announce.yield($0) },
            sessionHandler: handler)
        let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
        async let served: Void = group.run()
        var iterator = running.makeAsyncIterator()
        guard let ports = await iterator.next() else { throw CancellationError() }
        let result = try await body(ports, group)
        await group.triggerGracefulShutdown()
        try await served
        return result
    }
}
