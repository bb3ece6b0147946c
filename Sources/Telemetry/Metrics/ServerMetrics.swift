package import Resilience

/// Every figure of the server that is worth watching (docs/operations.md tells what to do about each).
///
/// Made once by the composition root and handed to whoever counts. Label values come from closed sets or from the
/// configuration (provider names), never from a device.
package struct ServerMetrics: Sendable {
    package let registry: MetricsRegistry

    // MARK: Connections
    package let connectionsActive: Gauge
    package let connectionsOpened: Counter
    /// By the reason for closing.
    package let connectionsClosed: Counter
    /// By the reason for refusing.
    package let connectionsRefused: Counter
    /// Estimated memory of all connections, bytes; set after each sweep, like the next two.
    package let connectionsMemory: Gauge
    /// Estimated memory of the heaviest connection, bytes.
    package let connectionMemoryMaximum: Gauge
    /// CPU share of the busiest connection, 0...1.
    package let connectionCPUMaximum: Gauge

    // MARK: Turns
    package let turns: Counter
    package let turnsActive: Gauge
    package let timeToFirstAudio: Histogram
    package let serverAdded: Histogram
    package let bargeIn: Histogram
    package let stageCancelled: Counter

    // MARK: Stages, by provider
    package let endpointing: Histogram
    package let recognition: Histogram
    package let firstToken: Histogram
    package let firstSentence: Histogram
    package let firstAudio: Histogram
    package let tools: Histogram
    package let toolErrors: Counter
    /// One run of the voice detector's model, by detector.
    package let detectorRun: Histogram

    // MARK: Providers
    package let providerCalls: Counter
    package let providerErrors: Counter
    package let providerTimeouts: Counter
    package let providerRetries: Counter
    package let providerFallbacks: Counter

    // MARK: Sound and queues
    package let framesSent: Counter
    package let framesLate: Counter
    package let framesReceived: Counter
    /// Not listened to, because the server did not keep up.
    package let framesUnheard: Counter
    /// Times a device had nothing to play in the middle of a reply.
    package let playoutGaps: Counter
    package let queueDropped: Counter
    package let workerRestarts: Counter

    // MARK: Process
    package let schedulingDelay: Histogram
    package let eventLoopDelay: Histogram
    package let alertsActive: Gauge

    package init(registry: MetricsRegistry = MetricsRegistry()) {
        self.registry = registry
        connectionsActive = registry.gauge("yuyan_connections_active", "Devices connected now.")
        connectionsOpened = registry.counter("yuyan_connections_opened_total", "Connections accepted since the start.")
        connectionsClosed = registry.counter(
            "yuyan_connections_closed_total", "Connections ended, by reason.", labels: ["reason"])
        connectionsRefused = registry.counter(
            "yuyan_connections_refused_total", "Connections refused, by reason.", labels: ["reason"])
        connectionsMemory = registry.gauge(
            "yuyan_connections_memory_bytes", "Estimated memory of all connections together.")
        connectionMemoryMaximum = registry.gauge(
            "yuyan_connection_memory_max_bytes", "Estimated memory of the heaviest connection.")
        connectionCPUMaximum = registry.gauge(
            "yuyan_connection_cpu_max_ratio", "CPU share of the busiest connection, 1 is a core.")

        turns = registry.counter("yuyan_turns_total", "Finished turns, by how they ended.", labels: ["ending"])
        turnsActive = registry.gauge("yuyan_turns_active", "Turns going on now.")
        timeToFirstAudio = registry.histogram(
            "yuyan_time_to_first_audio_seconds", "From the last voice to the first frame of the answer.")
        serverAdded = registry.histogram(
            "yuyan_server_added_seconds", "The part of that which no provider took.", bounds: Histogram.shortBounds)
        bargeIn = registry.histogram("yuyan_barge_in_seconds", "From an interrupting voice to silence.")
        stageCancelled = registry.counter(
            "yuyan_turn_stages_cut_total", "Stages that a turn's end cut off.", labels: ["stage", "outcome"])

        endpointing = registry.histogram(
            "yuyan_vad_endpoint_seconds", "From the last voice to the end of the utterance.", labels: ["provider"])
        recognition = registry.histogram(
            "yuyan_asr_seconds", "From the end of the utterance to the final words.", labels: ["provider"])
        firstToken = registry.histogram(
            "yuyan_llm_first_token_seconds", "From the question to the model's first text.", labels: ["provider"])
        firstSentence = registry.histogram(
            "yuyan_llm_first_sentence_seconds", "From the question to the first sentence.", labels: ["provider"])
        firstAudio = registry.histogram(
            "yuyan_tts_first_audio_seconds", "From the first sentence to its first audio.", labels: ["provider"])
        tools = registry.histogram("yuyan_tool_seconds", "Tool calls.", labels: ["tool"])
        toolErrors = registry.counter("yuyan_tool_errors_total", "Tool calls that failed.", labels: ["tool"])
        detectorRun = registry.histogram(
            "yuyan_vad_run_seconds", "One run of the voice detector's model.", labels: ["provider"],
            bounds: Histogram.shortBounds)

        providerCalls = registry.counter(
            "yuyan_provider_calls_total", "Calls of providers, by kind.", labels: ["provider", "kind"])
        providerErrors = registry.counter(
            "yuyan_provider_errors_total", "Failed calls of providers, by code.", labels: ["provider", "code"])
        providerTimeouts = registry.counter(
            "yuyan_provider_timeouts_total", "Calls of providers that took too long.", labels: ["provider"])
        providerRetries = registry.counter(
            "yuyan_provider_retries_total", "Calls of providers made again.", labels: ["provider"])
        providerFallbacks = registry.counter(
            "yuyan_provider_fallbacks_total",
            "Turns that went on with the next provider of a chain, by the failed one.",
            labels: ["provider"])

        framesSent = registry.counter("yuyan_frames_sent_total", "Audio frames sent to devices.")
        framesLate = registry.counter("yuyan_frames_late_total", "Audio frames sent more than 5 ms after their time.")
        framesReceived = registry.counter("yuyan_frames_received_total", "Audio frames received from devices.")
        framesUnheard = registry.counter(
            "yuyan_frames_unheard_total", "Audio frames not listened to: the server did not keep up.")
        playoutGaps = registry.counter(
            "yuyan_playout_gaps_total", "Times a device ran out of sound in a reply: model or voice fell behind.")
        queueDropped = registry.counter(
            "yuyan_queue_dropped_total", "Elements dropped because a queue was full.", labels: ["queue"])
        workerRestarts = registry.counter(
            "yuyan_worker_restarts_total", "Background tasks started again after a failure.", labels: ["worker"])

        schedulingDelay = registry.histogram(
            "yuyan_scheduling_delay_seconds", "How late a task gets to run.", bounds: Histogram.shortBounds)
        eventLoopDelay = registry.histogram(
            "yuyan_event_loop_delay_seconds", "How late an event loop gets to its work.", labels: ["loop"],
            bounds: Histogram.shortBounds)
        alertsActive = registry.gauge("yuyan_alerts_active", "Alerts firing now.")
        registerProcess()
    }

    /// Registers the depth of queues, asked when somebody reads.
    ///
    /// - Parameter depths: the queues by name and what waits in each; must not block.
    package func registerQueues(_ depths: @escaping @Sendable () -> [(queue: String, depth: Int)]) {
        registry.gauge("yuyan_queue_depth", "What waits in the queues of this server.", labels: ["queue"]) {
            depths().map { (labels: [$0.queue], value: Double($0.depth)) }
        }
    }

    /// Registers the circuit breakers, asked when somebody reads.
    ///
    /// - Parameter states: the providers and the state of each; must not block.
    package func registerBreakers(
        _ states: @escaping @Sendable () -> [(provider: String, status: CircuitBreaker.Status)]
    ) {
        registry.gauge(
            "yuyan_breaker_state", "Circuit breaker: 0 closed, 1 half open, 2 open.", labels: ["provider"]
        ) {
            states().map { provider, status in
                let value: Double =
                    switch status {
                    case .closed: 0;
                    case .halfOpen: 1;
                    case .open: 2
                    }
                return (labels: [provider], value: value)
            }
        }
    }

    /// Registers what the dialogue journal has done, asked when somebody reads.
    ///
    /// - Parameter counts: turns that are on the disk, and tries to write some that failed; must not block.
    package func registerJournal(_ counts: @escaping @Sendable () -> (written: Int, failed: Int)) {
        registry.counter(
            "yuyan_journal_turns_total", "Turns written to the disk, and tries that failed.", labels: ["outcome"]
        ) {
            let (written, failed) = counts()
            return [(labels: ["written"], value: Double(written)), (labels: ["failed"], value: Double(failed))]
        }
    }

    /// Registers which version runs: always 1, the version is the label.
    package func registerBuild(version: String) {
        registry.gauge("yuyan_build_info", "The running version.", labels: ["version"]) {
            [(labels: [version], value: 1)]
        }
    }

    private func registerProcess() {
        let started = Double(WallClock.now()) / 1e9
        registry.gauge("yuyan_process_start_time_seconds", "When the server started, seconds since 1970.") {
            [(labels: [], value: started)]
        }
        registry.gauge("yuyan_process_resident_bytes", "Memory of this process in RAM.") {
            ProcessStatistics.residentBytes.map { [(labels: [], value: Double($0))] } ?? []
        }
        registry.counter("yuyan_process_cpu_seconds_total", "CPU time of this process.") {
            [(labels: [], value: ProcessStatistics.cpuSeconds)]
        }
        registry.gauge("yuyan_process_open_fds", "Open file descriptors.") {
            ProcessStatistics.openFileDescriptors.map { [(labels: [], value: Double($0))] } ?? []
        }
        registry.gauge("yuyan_process_max_fds", "File descriptors that may be open.") {
            [(labels: [], value: Double(ProcessStatistics.fileDescriptorLimit))]
        }
    }
}
