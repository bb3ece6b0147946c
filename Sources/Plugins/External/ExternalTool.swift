import Flow
import FoundationEssentials
import JSON
import Subprocess
import VoiceAPI
import WebClient

/// Runs an external plugin: with a deadline, without this server's secrets, its output bounded.
struct ExternalTool: Tool {
    let plugin: ExternalPlugin
    let services: PluginServices

    /// Bytes of output that are read; more is a failure, not a longer answer.
    private static let longestOutput = 1 << 20
    private static let inherited = ["PATH", "HOME", "LANG", "LC_ALL", "TZ"]

    var description: ToolDescription {
        ToolDescription(name: plugin.name, summary: plugin.summary, parameters: plugin.parameters)
    }
    var policy: ToolPolicy { ToolPolicy(timeout: plugin.timeout) }

    func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult {
        switch plugin.work {
        case .command(let command, let environment): try await run(command, environment, arguments)
        case .http(let url, let headers): try await ask(url, headers, arguments)
        }
    }

    private func run(
        _ command: [String], _ environment: [String: String], _ arguments: JSON
    ) async throws -> ToolResult {
        BrokenPipe.ignore()
        var options = PlatformOptions()
        options.createSession = true
        // A plugin that is over its time has nothing to tell any more, nor have the programs it started.
        options.teardownSequence = [.send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero)]
        var variables: [Environment.Key: String] = [:]
        let own = ProcessInfo.processInfo.environment
        for name in Self.inherited { if let value = own[name] { variables[.init(stringLiteral: name)] = value } }
        for (name, value) in environment { variables[.init(stringLiteral: name)] = value }
        // Relative programs are found from the working directory, as relative paths of settings are.
        let words = command.enumerated().map { $0 == 0 && $1.hasPrefix("./") ? services.path($1) : $1 }
        let result = try await Subprocess.run(
            .name("env"), arguments: Arguments(words), environment: .custom(variables), platformOptions: options,
            input: .inputWriter, output: .string(limit: Self.longestOutput), error: .string(limit: 64 * 1024)
        ) { execution in
            // A program may end without reading. The library's own way of writing would then end this process.
            _ = try? await execution.standardInputWriter.write(arguments.bytes)
            try? await execution.standardInputWriter.finish()
        }
        guard result.terminationStatus.isSuccess else {
            let reason = result.standardError.suffix(500)
            return .failure("\(plugin.name) ended with \(result.terminationStatus): \(reason)")
        }
        return Self.action(result.standardOutput)
    }

    private func ask(_ url: String, _ headers: [String: String], _ arguments: JSON) async throws -> ToolResult {
        var request = WebRequest(
            url: url, headers: headers.map { ($0.key, $0.value) }, body: arguments.bytes,
            firstByteTimeout: plugin.timeout)
        // The plugin's own time counts, not what the client allows by default.
        request.totalTimeout = plugin.timeout
        request.idleTimeout = plugin.timeout
        request.headers.append(("Content-Type", "application/json"))
        let bytes = try await services.web.send(request, provider: plugin.name, limit: Self.longestOutput)
        return Self.action(String(decoding: bytes, as: UTF8.self))
    }

    /// Plain words go to the model; an object with `action` says what to do with them.
    static func action(_ output: String) -> ToolResult {
        let text = output.split(separator: "\n", omittingEmptySubsequences: true).joined(separator: "\n")
        guard text.hasPrefix("{"), let json = try? JSON(parsing: text), let action = json["action"]?.string else {
            return .inform(text.isEmpty ? "done" : text)
        }
        let words = json["response"]?.string ?? json["result"]?.string ?? ""
        switch action {
        case "RESPONSE": return .speak(words)
        case "RECORD": return .record(words)
        case "NONE": return .silent
        case "ERROR", "NOTFOUND": return .failure(words)
        default: return .inform(words)
        }
    }
}
