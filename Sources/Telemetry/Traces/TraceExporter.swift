package import Flow
import JSON
package import Logging
import Resilience
import ServiceLifecycle
import VoiceAPI
package import WebClient

/// Sends every finished turn as a trace to an OpenTelemetry collector (OTLP over HTTP, JSON), off the turn's path.
///
/// Bounded: so many turns wait at most, what comes on top is dropped and counted. At a graceful stop what waits is sent
/// once more, without retries.
package struct TraceExporter: Service, CustomStringConvertible {
    /// For ServiceLifecycle's log.
    package var description: String { "Traces" }

    /// Turns of one request at most, and how long it waits for company.
    private static let batchLimit = 100
    private static let batchDelay = Duration.milliseconds(500)

    /// What the collector is called in errors and metrics.
    private static let collectorName = "OTLP"

    private let address: String
    private let version: String
    private let client: WebClient
    private let metrics: ServerMetrics
    private let clock: SessionClock
    private let logger: Logger
    private let policy: RetryPolicy
    private let waiting: BoundedQueue<TurnRecord>
    private let stopping = Latch()

    /// - Parameters:
    ///   - endpoint: the collector's base address; `/v1/traces` is added unless it ends with it.
    ///   - limit: turns that wait at most.
    package init(
        endpoint: String, version: String, client: WebClient, metrics: ServerMetrics, clock: SessionClock,
        logger: Logger, limit: Int = 1000
    ) {
        let base = endpoint.hasSuffix("/") ? String(endpoint.dropLast()) : endpoint
        address = base.hasSuffix("/v1/traces") ? base : "\(base)/v1/traces"
        self.version = version
        self.client = client
        self.metrics = metrics
        self.clock = clock
        var logger = logger
        logger[metadataKey: "component"] = "traces"
        self.logger = logger
        var policy = RetryPolicy()
        policy.usefulFor = .seconds(30)
        self.policy = policy
        waiting = BoundedQueue(limit: limit)
    }

    /// Turns that wait to be sent.
    package var depth: Int { waiting.depth }

    /// Takes a finished turn; never waits.
    package func offer(_ turn: TurnRecord) {
        if !waiting.offer(turn.withoutWords) { metrics.queueDropped.add(1, "traces") }
    }

    /// Sends until cancelled or shut down gracefully.
    package func run() async throws {
        await withGracefulShutdownHandler {
            await supervise(
                name: "traces", clock: clock, logger: logger,
                onRestart: { _ in metrics.workerRestarts.add(1, "traces") }
            ) { await export() }
        } onGracefulShutdown: {
            stopping.open()
            waiting.finish()
        }
    }

    private func export() async {
        var isFailing = false
        while let first = await waiting.next() {
            if !stopping.isOpen { try? await clock.sleep(for: Self.batchDelay) }
            var batch = [first]
            while batch.count < Self.batchLimit, waiting.depth > 0, let next = await waiting.next() {
                batch.append(next)
            }
            do {
                try await send(OTLPTrace.request(batch, version: version).bytes)
                if isFailing { logger.notice("traces arrive again") }
                isFailing = false
            } catch {
                if Task.isCancelled { return }
                metrics.queueDropped.add(batch.count, "traces")
                // Once, not for every turn of an hour without a collector.
                if !isFailing { logger.warning("traces cannot be sent", metadata: ["error": "\(error)"]) }
                isFailing = true
            }
        }
    }

    private func send(_ body: [UInt8]) async throws(ProviderError) {
        var request = WebRequest(url: address, headers: [("Content-Type", "application/json")], body: body)
        request.totalTimeout = .seconds(10)
        var policy = policy
        if stopping.isOpen { policy.delays = [] }
        _ = try await withRetries(
            policy, clock: clock, onRetry: { metrics.providerRetries.add(1, Self.collectorName) }
        ) { () async throws(ProviderError) in
            try await client.send(request, provider: Self.collectorName, limit: 1 << 20)
        }
    }
}
