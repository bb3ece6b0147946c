import Flow
import NIOCore
import NIOPosix
import Synchronization

/// A TCP proxy on 127.0.0.1 that breaks connections on demand: real faults over real sockets for tests.
///
/// Stands between a client and a stub service, or between a device and the server. It lives as long as the closure of
/// `run`; faults are set at any time and meet open connections at their next piece of data.
public final class FaultProxy: Sendable {
    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>
    private typealias Listener = NIOAsyncChannel<Connection, Never>

    private struct State {
        var fault = Fault.none
        var listener: (any Channel)?
        var accepted = 0
        var open = 0
    }

    /// Where clients connect.
    public let port: Int
    private let target: Int
    private let listeners = BoundedQueue<Listener>(limit: 1)
    private let state = Mutex(State())

    private init(port: Int, target: Int) {
        self.port = port
        self.target = target
    }

    /// Connections accepted so far.
    public var accepted: Int { state.withLock { $0.accepted } }
    /// Connections open now.
    public var open: Int { state.withLock { $0.open } }
    /// What happens to traffic now.
    public var fault: Fault { state.withLock { $0.fault } }

    /// Runs a proxy in front of 127.0.0.1:`target` for the length of `body`, then closes every connection.
    ///
    /// - Throws: what binding the port or `body` throws.
    public static func run<Result: Sendable>(
        target: Int, fault: Fault = .none, _ body: (FaultProxy) async throws -> Result
    ) async throws -> Result {
        let first = try await listen(port: 0)
        let proxy = FaultProxy(port: first.channel.localAddress?.port ?? 0, target: target)
        proxy.state.withLock { $0.listener = first.channel }
        await proxy.listeners.send(first)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await proxy.serve() }
            defer {
                proxy.listeners.finish()
                group.cancelAll()
            }
            try await proxy.set(fault)
            return try await body(proxy)
        }
    }

    /// Changes the fault; after it returned, new connections meet it.
    ///
    /// - Throws: when the port cannot be taken again after `.refuse`.
    public func set(_ fault: Fault) async throws {
        let listener = state.withLock { state in
            state.fault = fault
            return state.listener
        }
        if fault == .refuse {
            state.withLock { $0.listener = nil }
            try await listener?.close()
        } else if listener == nil {
            let again = try await Self.listen(port: port)
            state.withLock { $0.listener = again.channel }
            await listeners.send(again)
        }
    }

    private static func listen(port: Int) async throws -> Listener {
        try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
            }
    }

    /// Accepts until cancelled, from one listener after the other.
    private func serve() async {
        await withDiscardingTaskGroup { group in
            for await listener in listeners {
                // A listener that was closed for `.refuse` throws; the next one is waited for.
                try? await listener.executeThenClose { connections in
                    for try await connection in connections {
                        group.addTask { await self.serve(connection) }
                    }
                }
            }
            group.cancelAll()
        }
    }

    private func serve(_ connection: Connection) async {
        state.withLock {
            $0.accepted += 1
            $0.open += 1
        }
        defer { state.withLock { $0.open -= 1 } }
        // A broken connection is this type's purpose, not an error of it.
        try? await connection.executeThenClose { fromClient, toClient in
            let upstream = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connect(host: "127.0.0.1", port: target) { channel in
                    channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
                }
            try await upstream.executeThenClose { fromTarget, toTarget in
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { try? await self.passRequests(fromClient, to: toTarget) }
                    group.addTask { try? await self.passAnswers(fromTarget, to: toClient) }
                    // Either side's end is the end of both.
                    await group.next()
                    group.cancelAll()
                }
            }
        }
    }

    private func passRequests(
        _ source: NIOAsyncChannelInboundStream<ByteBuffer>, to sink: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) async throws {
        for try await bytes in source {
            switch fault {
            case .refuse: return
            case .halfOpen: continue
            default: try await sink.write(bytes)
            }
        }
    }

    private func passAnswers(
        _ source: NIOAsyncChannelInboundStream<ByteBuffer>, to sink: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) async throws {
        var passed = 0
        for try await piece in source {
            var bytes = piece
            switch fault {
            case .none: try await sink.write(bytes)
            case .delay(let duration):
                try await Task.sleep(for: duration)
                try await sink.write(bytes)
            case .stall(let limit):
                if let rest = bytes.readSlice(length: min(max(0, limit - passed), bytes.readableBytes)) {
                    try await sink.write(rest)
                }
            case .cut(let limit):
                if let rest = bytes.readSlice(length: min(max(0, limit - passed), bytes.readableBytes)) {
                    try await sink.write(rest)
                }
                if passed + piece.readableBytes >= limit { return }
            case .halfOpen: break
            case .garbage:
                // No line end and no letters: neither HTTP nor WebSocket nor TLS.
                try await sink.write(ByteBuffer(bytes: (0..<512).map { UInt8(0x80 | ($0 * 37) % 0x7F) }))
                return
            case .slowDrip(let size, let interval):
                while let drop = bytes.readSlice(length: min(max(1, size), bytes.readableBytes)),
                    drop.readableBytes > 0
                {
                    try await sink.write(drop)
                    try await Task.sleep(for: interval)
                }
            case .refuse: return
            }
            passed += piece.readableBytes
        }
        // A stalled connection stays open although the service has closed its end.
        if case .stall = fault { try await Task.sleep(for: .seconds(3600)) }
    }
}
