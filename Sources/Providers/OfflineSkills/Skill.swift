import JSON
import VoiceAPI

/// One thing that can be answered without a model. Add one by a new file and a line in `SkillsModel`.
protocol Skill: Sendable {
    /// JSGF expansions of what a person may say, in English; words must be in the recognizer's dictionary.
    var phrases: [String] { get }
    /// - Parameter tools: what can be done besides talking; a skill finds its tool by name.
    /// - Returns: nil when the words are about something else.
    func answer(_ request: SkillRequest, tools: [ToolDescription]) -> Answer?
}

/// What a skill says or does.
struct Answer: Sendable, Equatable {
    /// Said; when there is a call, said after it went well and gave no words of its own.
    var text: String
    /// The conversation is over.
    var leaves = false
    /// The tool that does it.
    var call: ToolCall?

    init(_ text: String, leaves: Bool = false) {
        self.text = text
        self.leaves = leaves
    }

    /// - Parameter done: said when the tool has done it.
    init(call tool: ToolDescription, _ arguments: JSON, done: String) {
        text = done
        call = ToolCall(id: "skill-\(tool.name)", name: tool.name, arguments: arguments.description)
    }
}

/// A skill that only talks.
protocol TalkingSkill: Skill {
    func answer(_ request: SkillRequest) -> Answer?
}

extension TalkingSkill {
    func answer(_ request: SkillRequest, tools: [ToolDescription]) -> Answer? { answer(request) }
}

extension [ToolDescription] {
    /// The first tool whose name holds one of `wanted`, whatever its owner put before and between the words.
    func first(named wanted: String...) -> ToolDescription? {
        for name in wanted {
            let plain = name.filter { $0 != "_" }
            if let tool = first(where: { $0.name.lowercased().filter { $0 != "_" && $0 != "-" }.contains(plain) }) {
                return tool
            }
        }
        return nil
    }
}

extension ToolDescription {
    /// The first argument of a type, for tools that differ only in what they call it.
    func argument(ofType type: String) -> String? {
        parameters["properties"]?.object?.first { $0.value["type"]?.string == type }?.key
    }
}
