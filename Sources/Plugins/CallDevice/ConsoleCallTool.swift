import JSON
import VoiceAPI

/// Asks the console to connect this device with one of its address book.
struct ConsoleCallTool: Tool {
    let base: String
    let secret: String
    let services: PluginServices

    /// A call that rings cannot be taken back by speaking on.
    var policy: ToolPolicy { ToolPolicy(isInterruptible: false) }

    let description = ToolDescription(
        name: CallDevicePlugin.name,
        summary: "Call another device of the address book, or answer its call.",
        parameters: [
            "type": "object", "required": ["nickname"],
            "properties": [
                "nickname": ["type": "string", "description": "The name in the address book"],
                "answer": ["type": "boolean", "description": "true: take the call that comes from there"],
            ],
        ])

    func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult {
        let name = arguments["nickname"]?.string ?? ""
        guard !name.isEmpty, name.count <= 64 else { return .failure("nickname: expected a name of the address book") }
        let query = [
            ("callerMac", context.deviceID), ("nickname", name),
            ("answer", arguments["answer"]?.bool == true ? "true" : "false"),
        ].map { "\($0)=\($1.percentEncoded)" }.joined(separator: "&")
        let answer = try await services.json(
            "\(base)/device/address-book/call?\(query)", provider: CallDevicePlugin.name,
            headers: [("Authorization", "Bearer \(secret)")], timeout: .seconds(10))
        // The console answers 200 also to what it refuses.
        guard answer["code"]?.integer == 0 else {
            return .failure("the console refused: \((answer["msg"]?.string ?? "no reason was given").prefix(200))")
        }
        let data = answer["data"]
        let message = String((data?["message"]?.string ?? "").prefix(500))
        let status = data?["status"].map { $0.string ?? $0.description } ?? ""
        return .inform("status: \(status.prefix(64)), \(message.isEmpty ? "no message" : message)")
    }
}
