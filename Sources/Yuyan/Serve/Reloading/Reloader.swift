import Flow
import FoundationEssentials
import Logging
import ServiceLifecycle
import Settings
import UnixSignals

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Takes a changed configuration into service: read, check, build, and only then put in place. Running turns end with
/// what they began with; an invalid file changes nothing.
struct Reloader: Service {
    let directory: String
    let desk: ReloadDesk
    let console: ConsoleDesk
    let builder: GenerationBuilder
    let current: CurrentGeneration
    /// Hears of every configuration that was read, before anything is made from it.
    let learn: @Sendable (ServerSettings) -> Void
    /// Puts a built generation in place; does not wait.
    let adopt: @Sendable (GenerationBuilder.Built) -> Void
    let logger: Logger

    private static let betweenLooks = Duration.seconds(1)
    /// The console's answer goes out before the server stops (the reference server waits as long).
    private static let beforeRestart = Duration.seconds(1)

    func run() async throws {
        let started = current.value.settings
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await watchFiles() }
                group.addTask { await watchSignal() }
                group.addTask { await stopForRestart() }
                for await request in desk.requests { request.answer(await reload(request.trigger, started)) }
                group.cancelAll()
            }
        }
        desk.requests.finish()
        while let late = await desk.requests.next() { late.answer(.refused(["the server is stopping"])) }
    }

    private func watchFiles() async {
        var watch = ConfigurationWatch(directory: directory)
        while true {
            do { try await Task.sleep(for: Self.betweenLooks) } catch { return }
            if watch.isChanged() { _ = await desk.reload("file") }
        }
    }

    private func watchSignal() async {
        for await _ in await UnixSignalsSequence(trapping: .sighup) { _ = await desk.reload("SIGHUP") }
    }

    /// Stops the server as Ctrl-C does when the console wants it to begin again.
    private func stopForRestart() async {
        await console.restart.wait()
        do { try await Task.sleep(for: Self.beforeRestart) } catch { return }
        kill(getpid(), SIGTERM)
    }

    private func reload(_ trigger: String, _ started: ServerSettings) async -> ReloadOutcome {
        let previous = current.value
        let loaded = ConfigurationLoader.load(directory: directory, environment: ProcessInfo.processInfo.environment)
        learn(loaded.settings)
        let outcome: ReloadOutcome
        if loaded.isInvalid {
            outcome = .refused(loaded.problems.map(\.description))
        } else {
            do {
                let built = try await builder.build(loaded.settings, number: previous.number + 1, after: previous)
                adopt(built)
                outcome = .applied(
                    generation: built.generation.number,
                    warnings: loaded.problems.map(\.description) + built.generation.problems,
                    needsRestart: RestartKeys.changed(from: started, to: loaded.settings))
            } catch {
                outcome = .refused(["\(error)"])
            }
        }
        log(outcome, trigger)
        return outcome
    }

    private func log(_ outcome: ReloadOutcome, _ trigger: String) {
        var metadata: Logger.Metadata = ["trigger": "\(trigger)", "component": "reload"]
        switch outcome {
        case .applied(let generation, let warnings, let keys):
            metadata["generation"] = "\(generation)"
            if !warnings.isEmpty { metadata["warnings"] = .array(warnings.map { .string($0) }) }
            if !keys.isEmpty { metadata["needs_restart"] = .array(keys.map { .string($0) }) }
            logger.notice("the configuration was reloaded", metadata: metadata)
        case .refused(let reasons):
            metadata["problems"] = .array(reasons.map { .string($0) })
            logger.error("the configuration was not reloaded; the old one goes on", metadata: metadata)
        }
    }
}
