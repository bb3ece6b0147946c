import JSON

/// The schema of a tool's arguments, written shortly.
enum Schema {
    struct Argument {
        var name: String
        var value: JSON
        var isRequired: Bool
    }

    static func text(_ name: String, _ about: String, required: Bool = true, oneOf values: [String] = []) -> Argument {
        var value: JSONObject = ["type": "string", "description": .string(about)]
        if !values.isEmpty { value["enum"] = .array(values.map(JSON.string)) }
        return Argument(name: name, value: .object(value), isRequired: required)
    }

    static func integer(
        _ name: String, _ about: String, in range: ClosedRange<Int>, required: Bool = true
    ) -> Argument {
        Argument(
            name: name,
            value: [
                "type": "integer", "description": .string(about), "minimum": .integer(Int64(range.lowerBound)),
                "maximum": .integer(Int64(range.upperBound)),
            ], isRequired: required)
    }

    static func object(_ arguments: Argument...) -> JSON {
        var properties = JSONObject()
        for argument in arguments { properties[argument.name] = argument.value }
        return [
            "type": "object", "properties": .object(properties),
            "required": .array(arguments.filter(\.isRequired).map { .string($0.name) }),
        ]
    }
}
