import Conversation
import Flow
import Foundation
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import Gateway

/// Whoever is not let in is told of once, with the reason the client gets.
@Suite(.timeLimit(.minutes(1))) struct RefusalTests {
    /// What was told, in order.
    private final class Refusals: Sendable {
        private let reasons = Mutex<[RefusalReason]>([])
        var all: [RefusalReason] { reasons.withLock { $0 } }
        func add(_ reason: RefusalReason) { reasons.withLock { $0.append(reason) } }
    }

    @Test(arguments: [
        (["Device-Id:"], RefusalReason.missingDeviceID),
        (["Device-Id: \(String(repeating: "x", count: 200))"], .invalidDeviceID),
        (["Device-Id: aa:bb:cc:dd:ee:ff", "Connection: close"], .badHandshake),
        (["Device-Id: aa:bb:cc:dd:ee:ff", "Origin: https://evil.example"], .foreignOrigin),
        (["Device-Id: aa:bb:cc:dd:ee:ff", "X-Long: \(String(repeating: "x", count: 100_000))"], .headTooLong),
    ])
    func `a request that cannot become a session is told of`(headers: [String], reason: RefusalReason) async throws {
        let refusals = Refusals()
        try await GatewayFixture.run(onRefusal: { refusals.add($0) }) { ports, _ in
            try await RawClient.connect(to: ports.webSocket) { client in
                try await client.upgrade(headers: headers)
                #expect(try await client.head().hasPrefix("HTTP/1.1 4"))
            }
        }
        #expect(refusals.all == [reason])
    }

    @Test func `bytes that are no HTTP, a missing token and a crowd are told of`() async throws {
        let refusals = Refusals()
        let authenticator = DeviceAuthenticator(
            key: GatewayFixture.secret, isEnabled: true, allowedDevices: ["aa:bb:cc:dd:ee:ff"])
        try await GatewayFixture.run(
            authenticator: authenticator, configure: { $0.limits.newPerSecond = 1 }, onRefusal: { refusals.add($0) }
        ) { ports, _ in
            try await RawClient.connect(to: ports.webSocket) { client in
                try await client.send("no HTTP at all\r\n\r\n")
                _ = try await client.head()
            }
            for device in ["02:00:00:00:00:01", "aa:bb:cc:dd:ee:ff", "aa:bb:cc:dd:ee:ff"] {
                try await RawClient.connect(to: ports.webSocket) { client in
                    try await client.upgrade(headers: ["Device-Id: \(device)"])
                    _ = try await client.head()
                }
            }
        }
        #expect(refusals.all == [.badRequest, .unauthorized, .tooFast])
    }

    @Test func `the handbook tells what to do about every reason`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        let page = try String(contentsOf: root.appending(path: "docs/operations.md"), encoding: .utf8)
        for reason in RefusalReason.allCases { #expect(page.contains("`\(reason.rawValue)`"), "\(reason)") }
    }

    @Test func `who comes in, and who only looks, is no refusal`() async throws {
        let refusals = Refusals()
        try await GatewayFixture.run(onRefusal: { refusals.add($0) }) { ports, _ in
            try await RawClient.connect(to: ports.webSocket) { client in
                try await client.upgrade()
                #expect(try await client.head().hasPrefix("HTTP/1.1 101"))
            }
            try await RawClient.connect(to: ports.webSocket) { client in
                try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await client.head().hasPrefix("HTTP/1.1 200"))
            }
        }
        #expect(refusals.all.isEmpty)
    }

    @Test func `a device closed with 1013 behind its upgrade is told of too`() async throws {
        let refusals = Refusals()
        let configuration = GatewayConfiguration()
        let port = WebSocketPort(
            gate: GatewayGate(
                configuration: configuration,
                admission: Admission(configuration, authenticator: DeviceAuthenticator(key: "k")),
                door: Doorkeeper(configuration, now: 0), now: { 0 }, onRefusal: { refusals.add($0) }),
            sessionHandler: GatewayFixture.echo, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            onRunning: { _ in })
        // It takes nothing more, like a full one.
        let arrivals = BoundedQueue<WebSocketPort.Arrival>(limit: 1)
        arrivals.finish()
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try port.prepare(channel, arrivals) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        try await RawClient.connect(to: server.localAddress?.port ?? 0) { client in
            try await client.upgrade()
            #expect(try await client.head().hasPrefix("HTTP/1.1 101"))
            #expect(try await client.frame().code == 1013)
        }
        try await server.close()
        #expect(refusals.all == [.tooManyArrivals])
    }
}
