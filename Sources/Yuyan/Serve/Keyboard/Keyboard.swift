import Conversation
// A dispatch source is thread-safe; its protocol only does not say so yet.
@preconcurrency import Dispatch
import Gateway
import JSON
import Logging
import ServiceLifecycle
import Telemetry

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The owner at the terminal of `yuyan serve`. Closing the standard input ends the talk with the owner, not the server.
struct Keyboard: Service {
    let pages: SessionPages
    let turns: FlightRecorder
    let directory: SessionDirectory
    let gateway: GatewayServer
    let level: LogLevel
    let reloads: ReloadDesk
    /// Seconds an answer may go on at `drain`.
    let drainLimit: Duration

    /// Whether somebody can type: a server started by systemd or a container has no terminal.
    static var isThere: Bool { isatty(STDIN_FILENO) == 1 }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await line in Self.lines() { await obey(KeyboardCommand(line)) }
            // The input is closed; the server goes on.
            try? await gracefulShutdown()
        }
    }

    private func obey(_ command: KeyboardCommand) async {
        switch command {
        case .nothing: break
        case .help: Terminal.error(KeyboardCommand.list)
        case .unknown(let answer): Terminal.error(answer)
        case .status: Terminal.error(statusText())
        case .sessions: Terminal.error(await sessionsText())
        case .turns(let device):
            let text = turns.text(of: device)
            Terminal.error(text.isEmpty ? "no turn yet" : text)
        case .kick(let name):
            guard let session = find(name) else {
                Terminal.error("no session is called \(name.prefix(64)); see: sessions")
                return
            }
            await session.kick()
            Terminal.error("session \(session.id) is ended")
        case .logLevel(let new):
            level.current = new
            Terminal.error("the log level is \(new.rawValue)")
        case .reload: Terminal.error(await reloads.reload("keyboard").text)
        case .drain:
            Terminal.error("nobody comes in any more; \(directory.count) sessions are ending")
            gateway.stopAdmitting()
            await directory.drain(within: drainLimit)
            Terminal.error("drained; quit stops the server")
        case .quit: kill(getpid(), SIGTERM)
        }
    }

    private func find(_ name: String) -> Session? {
        if let session = directory.session(of: name) { return session }
        let matches = directory.sessions.filter { $0.id.hasPrefix(name.lowercased()) }
        return matches.count == 1 ? matches.first : nil
    }

    private func statusText() -> String {
        let status = pages.status()
        let megabytes = (status["resident_bytes"]?.integer ?? 0) >> 20
        var lines = [
            "yuyan \(ProductVersion.current), up \(status["uptime_seconds"]?.integer ?? 0) s, \(directory.count) sessions, \(megabytes) MB, log level \(level.current.rawValue)"
        ]
        for choice in pages.current.value.choices {
            lines.append("  \(choice.stage) \(choice.name) (\(choice.reason))")
        }
        for alert in status["alerts"]?.array ?? [] where alert["state"]?.string == "firing" {
            lines.append("  ALERT \(alert["alert"]?.string ?? "")")
        }
        return lines.joined(separator: "\n")
    }

    private func sessionsText() async -> String {
        let sessions = (await pages.sessions())["sessions"]?.array ?? []
        guard !sessions.isEmpty else { return "nobody is connected" }
        return sessions.map { session in
            let id = session["session_id"]?.string ?? ""
            return
                "\(id.prefix(8)) \(session["device_id"]?.string ?? "") \(session["state"]?.string ?? ""), here for \(session["connected_seconds"]?.integer ?? 0) s, silent for \(session["silent_seconds"]?.integer ?? 0) s, \(session["bytes"]?.integer ?? 0) bytes"
        }.joined(separator: "\n")
    }

    /// The lines typed; ends when the input is closed. At most 16 wait, older ones go.
    private static func lines() -> AsyncStream<String> {
        AsyncStream(bufferingPolicy: .bufferingNewest(16)) { continuation in
            let queue = DispatchQueue(label: "yuyan.keyboard")
            let source = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: queue)
            let typed = TypedText()
            source.setEventHandler {
                var bytes = [UInt8](repeating: 0, count: 1024)
                let count = read(STDIN_FILENO, &bytes, bytes.count)
                guard count > 0 else {
                    continuation.finish()
                    return
                }
                for line in typed.push(bytes[..<count]) { continuation.yield(line) }
            }
            // The stream's end is the source's end, whoever brought it.
            continuation.onTermination = { _ in source.cancel() }
            source.resume()
        }
    }
}
