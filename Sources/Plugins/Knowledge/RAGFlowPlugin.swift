package import JSON
package import VoiceAPI

/// `search_from_ragflow`: the owner's RAGFlow. Settings: `base_url`, `api_key`, `dataset_ids`, `description`.
package struct RAGFlowPlugin: ServerPlugin {
    package static let name = "search_from_ragflow"

    package static func tools(_ settings: JSON, services: PluginServices) throws(PluginProblem) -> [any Tool] {
        guard let base = settings.setting("base_url"), let key = settings.setting("api_key") else {
            throw PluginProblem("set plugins.search_from_ragflow.base_url and api_key")
        }
        let datasets = (settings["dataset_ids"]?.array ?? []).compactMap(\.string).filter { !$0.contains("你") }
        guard !datasets.isEmpty else { throw PluginProblem("set plugins.search_from_ragflow.dataset_ids") }
        return [RAGFlowTool(base: base.withoutSlash, key: key, datasets: datasets, services: services)]
    }
}

private struct RAGFlowTool: Tool {
    let base: String
    let key: String
    let datasets: [String]
    let services: PluginServices

    /// Chunks given to the model, as in the reference.
    private static let chunks = 5

    let description = ToolDescription(
        name: RAGFlowPlugin.name, summary: "Search the owner's own documents.",
        parameters: Schema.object(Schema.text("question", "The question to look up")))

    func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult {
        let answer = try await services.json(
            "\(base)/api/v1/retrieval", provider: RAGFlowPlugin.name, headers: [("Authorization", "Bearer \(key)")],
            body: ["question": arguments["question"] ?? "", "dataset_ids": .array(datasets.map(JSON.string))])
        guard answer["code"]?.integer == 0 else {
            return .failure("RAGFlow: \(answer["message"]?.string ?? answer["error"]?.string ?? "no answer")")
        }
        let chunks = (answer["data"]?["chunks"]?.array ?? []).compactMap { $0["content"]?.string }
        return .inform(chunks.isEmpty ? "nothing was found" : chunks.prefix(Self.chunks).joined(separator: "\n\n"))
    }
}
