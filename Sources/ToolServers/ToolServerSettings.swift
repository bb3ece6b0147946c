import JSON

/// One entry of `data/.mcp_server_settings.json`, in the reference server's format.
package struct ToolServerSettings: Sendable, Equatable {
    package enum Transport: Sendable, Equatable {
        /// A program that speaks over its standard input and output.
        case stdio(command: String, arguments: [String], environment: [String: String])
        /// The older HTTP transport: a stream of events and a second address to post to.
        case sse(url: String)
        case streamableHTTP(url: String)
        /// The WebSocket endpoint where a household's tool providers meet.
        case endpoint(url: String)
    }

    package var name: String
    package var transport: Transport
    /// Secret: sent to this server only, never logged.
    package var headers: [(name: String, value: String)] = []
    /// For a call; nil: the server's own default.
    package var timeout: Duration?

    package init(name: String, transport: Transport) {
        self.name = name
        self.transport = transport
    }

    package static func == (a: Self, b: Self) -> Bool {
        a.name == b.name && a.transport == b.transport && a.timeout == b.timeout
            && a.headers.elementsEqual(b.headers) { $0 == $1 }
    }

    /// Reads a settings file. A wrong entry is left out and named; the others work.
    package static func parse(_ text: String) -> (servers: [ToolServerSettings], problems: [String]) {
        let json: JSON
        do { json = try JSON(parsing: text) } catch { return ([], ["the file is not JSON: \(error)"]) }
        guard let entries = json["mcpServers"]?.object else { return ([], ["\"mcpServers\" is missing or no object"]) }
        var servers: [ToolServerSettings] = []
        var problems: [String] = []
        for entry in entries {
            do { servers.append(try server(entry.key, entry.value)) } catch {
                problems.append("\(entry.key): \(error.text)")
            }
        }
        return (servers, problems)
    }

    private struct Problem: Error { var text: String }

    private static func server(_ name: String, _ entry: JSON) throws(Problem) -> ToolServerSettings {
        if let command = entry["command"]?.string, !command.isEmpty {
            var environment: [String: String] = [:]
            for variable in entry["env"]?.object ?? [:] {
                guard let value = variable.value.string else {
                    throw Problem(text: "env.\(variable.key) must be a text")
                }
                environment[variable.key] = value
            }
            var arguments: [String] = []
            for argument in entry["args"]?.array ?? [] {
                guard let text = argument.string else { throw Problem(text: "args must be texts") }
                arguments.append(text)
            }
            var server = ToolServerSettings(
                name: name,
                transport: .stdio(command: command, arguments: arguments, environment: environment))
            server.timeout = try timeout(entry)
            return server
        }
        guard let url = entry["url"]?.string else { throw Problem(text: "\"command\" or \"url\" is needed") }
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw Problem(text: "url must begin with http:// or https://")
        }
        let transport: Transport
        switch entry["transport"]?.string ?? "sse" {
        case "sse": transport = .sse(url: url)
        case "streamable-http", "http": transport = .streamableHTTP(url: url)
        case let other: throw Problem(text: "transport \(other) is not known; use sse, streamable-http or http")
        }
        var server = ToolServerSettings(name: name, transport: transport)
        for header in entry["headers"]?.object ?? [:] {
            guard let value = header.value.string else { throw Problem(text: "headers.\(header.key) must be a text") }
            server.headers.append((header.key, value))
        }
        if let token = entry["API_ACCESS_TOKEN"]?.string {
            server.headers.append(("Authorization", "Bearer \(token)"))
        }
        server.timeout = try timeout(entry)
        return server
    }

    /// How long a call may take, in seconds.
    private static func timeout(_ entry: JSON) throws(Problem) -> Duration? {
        guard let value = entry["timeout"], !value.isNull else { return nil }
        guard let seconds = value.double, (0.1...600).contains(seconds) else {
            throw Problem(text: "timeout must be 0.1 to 600 seconds")
        }
        return .milliseconds(Int64(seconds * 1000))
    }

    /// The endpoint's address for a client: people paste the address for tool providers, which has `/mcp/` where
    /// clients need `/call/` (reference §7.2).
    ///
    /// - Returns: nil when it is no such address.
    package static func endpoint(_ pasted: String) -> ToolServerSettings? {
        guard pasted.hasPrefix("ws"), let range = pasted.firstRange(of: "/mcp/") else { return nil }
        let url = pasted[..<range.lowerBound] + "/call/" + pasted[range.upperBound...]
        return ToolServerSettings(name: "mcp_endpoint", transport: .endpoint(url: String(url)))
    }
}
