import Conversation
import JSON

/// `say`: words on a device, after what it is saying now.
struct SayTool: AgentTool {
    let directory: SessionDirectory

    let name = "say"
    let summary =
        "Say something on a device, aloud, as soon as no conversation is going on there. Answers when the words are accepted, not when they have been heard."
    let schema: JSON = [
        "type": "object", "required": ["device", "text"],
        "properties": [
            "device": HouseTools.device,
            "text": ["type": "string", "minLength": 1, "maxLength": 500, "description": "What to say"],
        ],
    ]
    let isReadOnly = false

    func call(_ arguments: JSON) async throws(AgentToolFailure) -> JSON {
        let session = try HouseTools.session(arguments, in: directory)
        let text = arguments["text"]?.string ?? ""
        guard text.contains(where: { $0.isLetter || $0.isNumber }) else {
            throw AgentToolFailure("there is nothing to say in that text")
        }
        guard await session.status().hasListened else {
            throw AgentToolFailure(
                "nobody has spoken to this device since it connected, and it takes no speech before; try again later")
        }
        guard await session.announce(text) else {
            throw AgentToolFailure("too much waits to be said on this device already; try again later")
        }
        return ["accepted": true]
    }
}
