package import Flow
import JSON
package import Logging
import Resilience
import ServiceLifecycle
import VoiceAPI
package import WebClient

/// Evaluates the alerts every few seconds, says what changed in the log and to a webhook, and is started again when
/// it fails.
package struct AlertService: Service, CustomStringConvertible {
    /// For ServiceLifecycle's log.
    package var description: String { "Alerts" }

    /// What the webhook is called in errors and metrics.
    private static let webhookName = "alert webhook"

    private let book: AlertBook
    private let metrics: ServerMetrics
    private let backlog: @Sendable () -> Int
    private let webhook: String?
    private let client: WebClient
    private let interval: Duration
    private let window: Duration
    private let clock: SessionClock
    private let logger: Logger
    /// What waits for the webhook; a full queue drops the newest and says so, as the log line is out already.
    private let outgoing = BoundedQueue<AlertBook.Entry>(limit: 64)

    /// - Parameters:
    ///   - webhook: an address that takes a POST of one entry as JSON; nil: none.
    ///   - interval: between two evaluations.
    ///   - window: how far back a percentile or a rate looks.
    ///   - backlog: what waits in all queues; must not block.
    package init(
        book: AlertBook, metrics: ServerMetrics, webhook: String?, client: WebClient,
        interval: Duration = .seconds(5), window: Duration = .seconds(60), clock: SessionClock, logger: Logger,
        backlog: @escaping @Sendable () -> Int
    ) {
        self.book = book
        self.metrics = metrics
        self.webhook = webhook
        self.client = client
        self.interval = max(interval, .milliseconds(10))
        self.window = window
        self.clock = clock
        self.backlog = backlog
        var logger = logger
        logger[metadataKey: "component"] = "alerts"
        self.logger = logger
    }

    /// Runs until cancelled or shut down gracefully.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await supervised("alerts") { try await evaluate() } }
                group.addTask { await supervised(Self.webhookName) { await deliver() } }
            }
        }
    }

    private func supervised(_ name: String, _ body: @Sendable () async throws -> Void) async {
        await supervise(
            name: name, clock: clock, logger: logger, onRestart: { _ in metrics.workerRestarts.add(1, name) }, body)
    }

    private func evaluate() async throws {
        var meter = AlertMeter(window: Int((window / interval).rounded(.up)))
        while true {
            let values = meter.add(metrics.alertSample(backlog: backlog()))
            for entry in book.evaluate(values, at: WallClock.now()) { tell(entry) }
            metrics.alertsActive.set(Double(book.firing.count))
            do { try await clock.sleep(for: interval) } catch { return }
        }
    }

    private func tell(_ entry: AlertBook.Entry) {
        let metadata: Logger.Metadata = [
            "alert": "\(entry.kind.rawValue)", "state": entry.change == .raised ? "firing" : "resolved",
            "value": "\(entry.value.map { "\($0)" } ?? "none")", "limit": "\(entry.limit)",
        ]
        switch entry.change {
        case .raised: logger.warning("an alert was raised", metadata: metadata)
        case .cleared: logger.notice("an alert was cleared", metadata: metadata)
        }
        guard webhook != nil, !outgoing.offer(entry) else { return }
        metrics.queueDropped.add(1, "alert_webhook")
        logger.warning("the webhook is behind; an alert was not sent", metadata: metadata)
    }

    private func deliver() async {
        guard let webhook else { return }
        var policy = RetryPolicy()
        policy.usefulFor = .seconds(60)
        for await entry in outgoing {
            let request = WebRequest(
                url: webhook, headers: [("Content-Type", "application/json")], body: entry.json.bytes)
            do {
                _ = try await withRetries(
                    policy, clock: clock, onRetry: { metrics.providerRetries.add(1, Self.webhookName) }
                ) { () async throws(ProviderError) in
                    try await client.send(request, provider: Self.webhookName, limit: 64 << 10)
                }
            } catch {
                if Task.isCancelled { return }
                logger.warning(
                    "an alert could not be sent",
                    metadata: ["alert": "\(entry.kind.rawValue)", "error": "\(error)"])
            }
        }
    }
}

extension ServerMetrics {
    /// The figures that alerts look at.
    func alertSample(backlog: Int) -> AlertMeter.Sample {
        AlertMeter.Sample(
            connections: connectionsActive.with().value, backlog: Double(backlog), providerCalls: providerCalls.total,
            providerErrors: providerErrors.total, firstAudio: timeToFirstAudio.total)
    }
}
