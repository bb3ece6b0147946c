import JSON
import VoiceAPI

/// Puts tool calls together from their fragments. Pure.
///
/// Fragments belong together by `index`; services that send none begin a new call with a name and continue the last one
/// otherwise. Indices may have gaps.
struct ToolCallMerger {
    private var calls: [(index: Int, call: ToolCall)] = []

    mutating func push(_ fragment: JSON) {
        let function = fragment["function"]
        let name = function?["name"]?.string ?? ""
        let arguments =
            function?["arguments"]?.string ?? function?["arguments"]?.object.map { JSON.object($0).description } ?? ""
        let index =
            fragment["index"]?.integer ?? (name.isEmpty ? calls.last?.index ?? 0 : (calls.last?.index ?? -1) + 1)
        if let position = calls.firstIndex(where: { $0.index == index }) {
            if calls[position].call.name.isEmpty { calls[position].call.name = name }
            calls[position].call.arguments += arguments
        } else {
            let id = fragment["id"]?.string ?? "call_\(index)"
            calls.append((index, ToolCall(id: id, name: name, arguments: arguments)))
        }
    }

    /// The complete calls in order; those without a name are dropped.
    mutating func finish() -> [ToolCall] {
        defer { calls = [] }
        return calls.sorted { $0.index < $1.index }.map(\.call).filter { !$0.name.isEmpty }.map { call in
            var call = call
            if call.arguments.isEmpty { call.arguments = "{}" }
            return call
        }
    }
}
