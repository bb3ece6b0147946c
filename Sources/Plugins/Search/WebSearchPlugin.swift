package import JSON
package import VoiceAPI

/// `web_search`. Settings: `provider` metaso, tavily or searxng; `api_key`; `base_url` (needed for searxng);
/// `max_results` (5).
package struct WebSearchPlugin: ServerPlugin {
    package static let name = "web_search"

    package static func tools(_ settings: JSON, services: PluginServices) throws(PluginProblem) -> [any Tool] {
        let provider = settings.setting("provider") ?? "metaso"
        let key = settings.setting("api_key")
        let base = settings.setting("base_url")?.withoutSlash
        let count = min(max(settings["max_results"]?.integer ?? 5, 1), 20)
        let engine: WebSearchTool.Engine
        switch provider {
        case "metaso":
            guard let key else { throw PluginProblem("set plugins.web_search.api_key") }
            engine = .metaso(base: base ?? "https://metaso.cn", key: key)
        case "tavily":
            guard let key else { throw PluginProblem("set plugins.web_search.api_key") }
            engine = .tavily(base: base ?? "https://api.tavily.com", key: key)
        case "searxng":
            guard let base else { throw PluginProblem("set plugins.web_search.base_url to your SearXNG") }
            engine = .searxng(base: base)
        default: throw PluginProblem("provider \(provider) is not known; use metaso, tavily or searxng")
        }
        return [WebSearchTool(engine: engine, count: count, services: services)]
    }
}

private struct WebSearchTool: Tool {
    enum Engine: Sendable {
        case metaso(base: String, key: String)
        case tavily(base: String, key: String)
        case searxng(base: String)
    }
    let engine: Engine
    let count: Int
    let services: PluginServices

    let description = ToolDescription(
        name: WebSearchPlugin.name,
        summary: "Search the web for facts you do not know or that may have changed.",
        parameters: Schema.object(Schema.text("query", "What to search for, in the user's language")))

    func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult {
        let query = arguments["query"]?.string ?? ""
        let found: [String]
        switch engine {
        case .tavily(let base, let key):
            let answer = try await ask(
                "\(base)/search", key: key,
                [
                    "query": .string(query), "max_results": .integer(Int64(count)), "search_depth": "advanced",
                    "include_answer": "advanced",
                ])
            if let text = answer["answer"]?.string, !text.isEmpty { return .inform(text) }
            found = (answer["results"]?.array ?? []).map { Self.line($0, title: "title", text: "content") }
        case .metaso(let base, let key):
            let answer = try await ask(
                "\(base)/api/v1/search", key: key,
                [
                    "q": .string(query), "size": .integer(Int64(count)), "stream": false, "scope": "webpage",
                    "includeSummary": true, "includeRawContent": false, "conciseSnippet": false,
                ])
            found = (answer["webpages"]?.array ?? []).map { Self.line($0, title: "title", text: "summary") }
        case .searxng(let base):
            let answer = try await services.json(
                "\(base)/search?format=json&q=\(query.percentEncoded)", provider: WebSearchPlugin.name,
                timeout: .seconds(15))
            found = (answer["results"]?.array ?? []).map { Self.line($0, title: "title", text: "content") }
        }
        guard !found.isEmpty else { return .inform("nothing was found") }
        return .inform(found.prefix(count).joined(separator: "\n"))
    }

    private func ask(_ url: String, key: String, _ body: JSON) async throws -> JSON {
        try await services.json(
            url, provider: WebSearchPlugin.name, headers: [("Authorization", "Bearer \(key)")], body: body,
            timeout: .seconds(15))
    }

    private static func line(_ result: JSON, title: String, text: String) -> String {
        let date = result["date"]?.string.map { " (\($0))" } ?? ""
        return "- \(result[title]?.string ?? "")\(date): \((result[text]?.string ?? "").prefix(600))"
    }
}
