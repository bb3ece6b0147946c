import JSON
import VoiceAPI

/// Speaks somebody's words on another device.
struct SpokenCallTool: Tool {
    let devices: DeviceNames
    let announcer: any Announcer

    /// Characters spoken at most: a message, not a reading.
    private static let longestText = 500

    /// Words that were sent cannot be taken back, so a person who speaks on does not leave them half sent.
    var policy: ToolPolicy { ToolPolicy(isInterruptible: false) }

    var description: ToolDescription {
        ToolDescription(
            name: CallDevicePlugin.name,
            summary: "Say something on another device of the house: \(devices.names.joined(separator: ", ")).",
            parameters: Schema.object(
                Schema.text("nickname", "The name of the other device"),
                Schema.text("text", "What is said there, in full; at most \(Self.longestText) characters")))
    }

    func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult {
        let name = arguments["nickname"]?.string ?? ""
        let text = (arguments["text"]?.string ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard !text.isEmpty else { return .failure("text is empty: ask what to say") }
        guard text.count <= Self.longestText else {
            return .failure("text is longer than \(Self.longestText) characters: say it shorter")
        }
        guard let address = devices.address(of: name) else {
            let known = devices.names.joined(separator: ", ")
            return .failure("there is no device named \(name.prefix(64)); known are \(known)")
        }
        guard address != context.deviceID.lowercased() else {
            return .failure("\(name.prefix(64)) is the device this person is speaking to")
        }
        guard await announcer.say(text, on: address, ended: { _ in }) else {
            return .failure("\(name.prefix(64)) is not connected; nothing was said there")
        }
        return .inform("it is being said on \(name)")
    }
}
