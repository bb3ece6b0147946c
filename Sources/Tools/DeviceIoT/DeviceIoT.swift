package import JSON
import Synchronization
import VoiceAPI

/// The older tool protocol of boards (docs/protocol.md §4, `iot`): descriptors become tools, states are kept, commands
/// go out. What a board says is bounded and typed; anything else is dropped.
package final class DeviceIoT: Sendable {
    package static let group = "device IoT"

    private struct Property: Sendable {
        var type: String
        var value: JSON?
    }
    private struct State {
        /// Properties by thing and name.
        var things: [String: [String: Property]] = [:]
        var tools: [String: [any Tool]] = [:]
    }

    private let shelf: ToolShelf
    private let send: @Sendable (JSON) async -> Void
    private let state = Mutex(State())

    /// Things of one board, and members of one thing.
    private static let mostThings = 32
    private static let mostMembers = 32

    /// - Parameter send: puts a command on the wire; must not block.
    package init(shelf: ToolShelf, send: @escaping @Sendable (JSON) async -> Void) {
        self.shelf = shelf
        self.send = send
    }

    /// Takes an `iot` message.
    package func receive(_ message: JSON) {
        for descriptor in message["descriptors"]?.array ?? [] { describe(descriptor) }
        for entry in message["states"]?.array ?? [] { update(entry) }
    }

    /// The value of a property, as last told.
    package func value(of property: String, in thing: String) -> JSON? {
        state.withLock { $0.things[thing]?[property]?.value }
    }

    /// All values as last told, by thing and property; only those that were told.
    package var states: JSON {
        let things = state.withLock { $0.things }
        var result = JSONObject()
        for (thing, properties) in things.sorted(by: { $0.key < $1.key }) {
            var values = JSONObject()
            for (name, property) in properties.sorted(by: { $0.key < $1.key }) { values[name] = property.value }
            result[thing] = .object(values)
        }
        return .object(result)
    }

    private func describe(_ descriptor: JSON) {
        guard let thing = descriptor["name"]?.string, !thing.isEmpty, thing.utf8.count <= 64 else { return }
        let about = descriptor["description"]?.string ?? thing
        var properties: [String: Property] = [:]
        var tools: [any Tool] = []
        for member in descriptor["properties"]?.object?.prefix(Self.mostMembers).map(\.self) ?? [] {
            properties[member.key] = Property(type: member.value["type"]?.string ?? "string")
            tools.append(
                IoTPropertyTool(
                    device: self, thing: thing, property: member.key,
                    summary: "\(about): \(member.value["description"]?.string ?? member.key)"))
        }
        for member in descriptor["methods"]?.object?.prefix(Self.mostMembers).map(\.self) ?? [] {
            tools.append(
                IoTMethodTool(
                    device: self, thing: thing, method: member.key,
                    summary: "\(about): \(member.value["description"]?.string ?? member.key)",
                    parameters: member.value["parameters"] ?? [:]))
        }
        let all = state.withLock { state -> [any Tool]? in
            guard state.things[thing] != nil || state.things.count < Self.mostThings else { return nil }
            // A board repeats its descriptors when it connects again; known values stay.
            for (name, property) in state.things[thing] ?? [:] where properties[name]?.type == property.type {
                properties[name]?.value = property.value
            }
            state.things[thing] = properties
            state.tools[thing] = tools
            return state.tools.keys.sorted().flatMap { state.tools[$0] ?? [] }
        }
        if let all { shelf.put(all, as: Self.group) }
    }

    private func update(_ entry: JSON) {
        guard let thing = entry["name"]?.string else { return }
        for member in entry["state"]?.object?.prefix(Self.mostMembers).map(\.self) ?? [] {
            state.withLock { state in
                guard let property = state.things[thing]?[member.key], member.value.fits(property.type) else { return }
                state.things[thing]?[member.key]?.value = member.value
            }
        }
    }

    fileprivate func command(_ thing: String, _ method: String, _ parameters: JSONObject) async {
        var command: JSONObject = ["name": .string(thing), "method": .string(method)]
        if !parameters.isEmpty { command["parameters"] = .object(parameters) }
        await send(.object(command))
    }
}

extension JSON {
    /// A board's types, strictly: a state of another type is a mistake.
    fileprivate func fits(_ type: String) -> Bool {
        switch (type, self) {
        case ("number", .integer), ("number", .number), ("integer", .integer), ("boolean", .bool), ("string", .string):
            true
        default: false
        }
    }
}

/// `get_{thing}_{property}`.
private struct IoTPropertyTool: Tool {
    let device: DeviceIoT
    let thing: String
    let property: String
    let summary: String
    var policy: ToolPolicy { ToolPolicy(source: .deviceIoT) }

    var description: ToolDescription {
        ToolDescription(
            name: "get_\(thing.lowercased())_\(property.lowercased())", summary: "Query. \(summary)",
            parameters: [
                "type": "object",
                "properties": [
                    "response_success": [
                        "type": "string",
                        "description": "What to say; {value} stands for the value that was read",
                    ],
                    "response_failure": ["type": "string", "description": "What to say when the value is not known"],
                ],
            ])
    }

    func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult {
        guard let value = device.value(of: property, in: thing) else {
            guard let words = arguments["response_failure"]?.string else {
                return .failure("the device has not told \(property) yet")
            }
            return .speak(words)
        }
        let text = value.string ?? value.description
        guard let words = arguments["response_success"]?.string, !words.isEmpty else {
            return .inform("\(thing).\(property) = \(text)")
        }
        return .speak(words.replacing("{value}", with: text))
    }
}

/// `{thing}_{method}`.
private struct IoTMethodTool: Tool {
    let device: DeviceIoT
    let thing: String
    let method: String
    let summary: String
    let parameters: JSON
    var policy: ToolPolicy { ToolPolicy(source: .deviceIoT) }

    var description: ToolDescription {
        var properties = JSONObject()
        var required: [JSON] = []
        for parameter in parameters.object ?? [:] {
            properties[parameter.key] = [
                "type": parameter.value["type"] ?? "string",
                "description": parameter.value["description"] ?? .string(parameter.key),
            ]
            required.append(.string(parameter.key))
        }
        properties["response_success"] = ["type": "string", "description": "What to say when it is done"]
        properties["response_failure"] = ["type": "string", "description": "What to say when it fails"]
        return ToolDescription(
            name: "\(thing.lowercased())_\(method.lowercased())", summary: summary,
            parameters: ["type": "object", "properties": .object(properties), "required": .array(required)])
    }

    func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult {
        var values = JSONObject()
        for parameter in parameters.object ?? [:] { values[parameter.key] = arguments[parameter.key] }
        await device.command(thing, method, values)
        guard let words = arguments["response_success"]?.string, !words.isEmpty else {
            return .inform("the command was sent to \(thing)")
        }
        return .speak(words)
    }
}

extension String {
    fileprivate func replacing(_ word: String, with other: String) -> String {
        guard let range = firstRange(of: word) else { return self }
        return self[..<range.lowerBound] + other + self[range.upperBound...]
    }
}
