import Conversation
import Flow
import Logging
import ServiceLifecycle
import Settings
import Telemetry
import WebClient

/// Everything that watches the server: its metrics, the last turns of every device, and its alerts. Made once; every
/// session feeds it.
struct Watching: Sendable {
    let metrics: ServerMetrics
    let turns: FlightRecorder
    let alerts: AlertBook
    /// Whether the server keeps up, and so whether there is room for one more device.
    let load = HearingLoad()
    /// Every queue that is watched; whoever has one adds it.
    let queues: QueueBoard
    private let alertService: AlertService
    /// nil: no collector is configured.
    private let traces: TraceExporter?
    private let probe: SchedulingDelayProbe

    /// - Parameter depths: the server's queues by name and what waits in each; must not block.
    init(
        settings: ServerSettings, client: WebClient, logger: Logger,
        depths: @escaping @Sendable () -> [(queue: String, depth: Int)]
    ) {
        let clock = SessionClock(ContinuousClock())
        let metrics = ServerMetrics()
        metrics.registerBuild(version: ProductVersion.current)
        let traces = settings.otlpEndpoint.map {
            TraceExporter(
                endpoint: $0, version: ProductVersion.current, client: client, metrics: metrics, clock: clock,
                logger: logger)
        }
        let queues = QueueBoard()
        queues.add(depths)
        if let traces { queues.add { [(queue: "traces", depth: traces.depth)] } }
        metrics.registerQueues { queues.depths }
        self.queues = queues
        self.metrics = metrics
        self.traces = traces
        turns = FlightRecorder(turnsPerDevice: settings.turnsPerDevice, keepsWords: settings.keepsTranscripts)
        alerts = AlertBook(rules: Self.rules(settings.alerts))
        alertService = AlertService(
            book: alerts, metrics: metrics, webhook: settings.alerts.webhook, client: client,
            interval: .seconds(settings.alerts.interval), window: .seconds(settings.alerts.window), clock: clock,
            logger: logger, backlog: { queues.depths.reduce(0) { $0 + $1.depth } })
        probe = SchedulingDelayProbe(clock: clock) { [load] delay in
            metrics.schedulingDelay.observe(delay)
            load.observe(delay, cpuSeconds: ProcessStatistics.cpuSeconds, at: clock.now)
        }
    }

    /// What must run beside the gateway.
    var services: [any Service] {
        var services: [any Service] = [alertService, probe]
        if let traces { services.append(traces) }
        return services
    }

    /// What answers at `/metrics`, `/api/turns` and `/api/alerts`.
    var pages: WatchPages { WatchPages(metrics: metrics, turns: turns, alerts: alerts) }

    /// Takes what a reload may change: the alerts' limits.
    func change(_ settings: ServerSettings) { alerts.change(rules: Self.rules(settings.alerts)) }

    /// Takes every finished turn; does not block.
    func observe(_ report: TurnReport) {
        let record = TurnRecord(report)
        metrics.observe(record)
        turns.record(record)
        traces?.offer(record)
    }

    private static func rules(_ settings: AlertSettings) -> [AlertRule] {
        AlertKind.allCases.compactMap { kind in
            settings.limits[kind.rawValue].map {
                AlertRule(
                    kind, limit: $0, clearShare: settings.clearAt, raiseAfter: settings.raiseAfter,
                    clearAfter: settings.clearAfter)
            }
        }
    }
}
