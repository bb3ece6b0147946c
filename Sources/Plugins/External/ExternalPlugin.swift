import JSON
import Yams

/// A tool described in a file of `plugins/`: an executable or an HTTP address, no compiling.
struct ExternalPlugin: Sendable, Equatable {
    enum Work: Sendable, Equatable {
        /// Gets the arguments as JSON on its standard input, answers on its standard output.
        case command([String], environment: [String: String])
        /// Gets the arguments as the body of a POST.
        case http(url: String, headers: [String: String])
    }

    var name: String
    var summary: String
    var parameters: JSON
    var work: Work
    var timeout: Duration

    /// What is wrong with a file.
    struct Problem: Error, Equatable, CustomStringConvertible {
        var description: String
        init(_ description: String) { self.description = description }
    }

    private static let keys: Set<String> = [
        "name", "description", "parameters", "command", "env", "url", "headers", "timeout",
    ]

    /// - Parameter environment: for `${NAME}` in `env`, `headers` and `url`.
    init(yaml: String, environment: [String: String]) throws(Problem) {
        let root: [String: Any]
        do {
            guard let map = try Yams.load(yaml: yaml) as? [String: Any] else { throw Problem("expected a map") }
            root = map
        } catch let problem as Problem {
            throw problem
        } catch {
            throw Problem("the file is not YAML: \(error)")
        }
        if let unknown = root.keys.sorted().first(where: { !Self.keys.contains($0) }) {
            throw Problem("\(unknown): unknown key; known are \(Self.keys.sorted().joined(separator: ", "))")
        }
        guard let name = root["name"] as? String, !name.isEmpty else { throw Problem("name: expected a text") }
        guard let summary = root["description"] as? String, !summary.isEmpty else {
            throw Problem("description: expected a text that tells the model when to use it")
        }
        self.name = name
        self.summary = summary
        parameters = root["parameters"].map(Self.json) ?? ["type": "object", "properties": [:]]
        guard parameters["type"]?.string == "object" else {
            throw Problem("parameters: expected a JSON schema with type: object")
        }
        let seconds = root["timeout"].map { ($0 as? Int).map(Double.init) ?? $0 as? Double ?? -1 } ?? 30
        guard (0.1...600).contains(seconds) else { throw Problem("timeout: expected seconds from 0.1 to 600") }
        timeout = .milliseconds(Int64(seconds * 1000))
        switch (root["command"], root["url"]) {
        case (let command?, nil):
            let words = command as? [String] ?? (command as? String).map { [$0] } ?? []
            guard !words.isEmpty else { throw Problem("command: expected a list of texts") }
            work = .command(words, environment: try Self.texts(root["env"], "env", environment))
        case (nil, let url as String):
            guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
                throw Problem("url: expected an address that begins with http:// or https://")
            }
            work = .http(
                url: try Self.fill(url, "url", environment),
                headers: try Self.texts(root["headers"], "headers", environment))
        default: throw Problem("expected either command or url")
        }
    }

    private static func texts(
        _ value: Any?, _ key: String, _ environment: [String: String]
    ) throws(Problem) -> [String: String] {
        guard let value else { return [:] }
        guard let map = value as? [String: Any] else { throw Problem("\(key): expected a map of texts") }
        var texts: [String: String] = [:]
        for (name, value) in map {
            guard let text = value as? String ?? (value as? Int).map({ "\($0)" }) else {
                throw Problem("\(key).\(name): expected a text")
            }
            texts[name] = try fill(text, "\(key).\(name)", environment)
        }
        return texts
    }

    /// Puts the environment's values in place of `${NAME}`.
    private static func fill(_ text: String, _ key: String, _ environment: [String: String]) throws(Problem) -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstRange(of: "${"), let close = rest[open.upperBound...].firstIndex(of: "}") {
            let name = String(rest[open.upperBound..<close])
            guard let value = environment[name] else { throw Problem("\(key): the environment has no \(name)") }
            result += rest[..<open.lowerBound] + value
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    private static func json(_ value: Any) -> JSON {
        switch value {
        case let value as Bool: .bool(value)
        case let value as Int: .integer(Int64(value))
        case let value as Double: .number(value)
        case let value as String: .string(value)
        case let value as [Any]: .array(value.map(json))
        case let value as [String: Any]:
            .object(value.sorted { $0.key < $1.key }.reduce(into: JSONObject()) { $0[$1.key] = json($1.value) })
        default: .null
        }
    }
}
