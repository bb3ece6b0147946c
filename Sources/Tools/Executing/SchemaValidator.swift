package import JSON

/// Checks arguments against the part of JSON Schema that tools use, and mends what models usually get wrong (a number
/// written as a text). Pure.
///
/// Unknown keywords are ignored, as the standard says. `pattern` and `format` are left to the tool.
package enum SchemaValidator {
    /// What is wrong, in words for a model: where and what was expected.
    package struct Mismatch: Error, Sendable, Equatable, CustomStringConvertible {
        package var path: String
        package var message: String
        package var description: String { path.isEmpty ? message : "\(path): \(message)" }
    }

    /// Deeper schemas are taken as matching: they may be recursive.
    private static let deepest = 16

    /// A schema may refer to itself several times over; what would take longer than this is no tool's schema, and the work
    /// is done on a thread that others wait for.
    private static let mostChecks = 10_000

    /// The whole schema, and how much may still be spent on it. Lives within one call of `check`.
    private final class Root {
        let schema: JSON
        var checksLeft = SchemaValidator.mostChecks
        init(_ schema: JSON) { self.schema = schema }
    }

    /// - Returns: the arguments, mended where a lossless conversion makes them fit.
    package static func check(_ value: JSON, against schema: JSON) throws(Mismatch) -> JSON {
        try check(value, schema, root: Root(schema), path: "", depth: 0)
    }

    private static func check(
        _ value: JSON, _ schema: JSON, root: Root, path: String, depth: Int
    ) throws(Mismatch) -> JSON {
        root.checksLeft -= 1
        guard root.checksLeft > 0 else { throw Mismatch(path: path, message: "this tool's schema is too large") }
        if schema == .bool(false) { throw Mismatch(path: path, message: "is not allowed") }
        guard depth < deepest, schema.object != nil else { return value }
        if let reference = schema["$ref"]?.string {
            guard let target = resolve(reference, in: root.schema) else { return value }
            return try check(value, target, root: root, path: path, depth: depth + 1)
        }
        var value = value
        if let types = types(of: schema) {
            guard let fitting = convert(value, to: types) else {
                throw Mismatch(path: path, message: "expected \(types.joined(separator: " or ")), got \(value.brief)")
            }
            value = fitting
        }
        if let allowed = schema["enum"]?.array, !allowed.contains(where: { $0.equals(value) }) {
            throw Mismatch(
                path: path,
                message:
                    "expected one of \(allowed.prefix(20).map(\.description).joined(separator: ", ")), got \(value.brief)"
            )
        }
        if let only = schema["const"], !only.equals(value) {
            throw Mismatch(path: path, message: "expected \(only.description)")
        }
        try checkNumber(value, schema, path)
        try checkText(value, schema, path)
        for part in schema["allOf"]?.array ?? [] {
            value = try check(value, part, root: root, path: path, depth: depth + 1)
        }
        if let choices = schema["anyOf"]?.array ?? schema["oneOf"]?.array, !choices.isEmpty {
            value = try firstFit(value, choices, root: root, path: path, depth: depth)
        }
        switch value {
        case .object(let object): return .object(try checkMembers(object, schema, root: root, path: path, depth: depth))
        case .array(let elements):
            return .array(try checkElements(elements, schema, root: root, path: path, depth: depth))
        default: return value
        }
    }

    private static func firstFit(
        _ value: JSON, _ choices: [JSON], root: Root, path: String, depth: Int
    ) throws(Mismatch) -> JSON {
        var first: Mismatch?
        for choice in choices {
            do { return try check(value, choice, root: root, path: path, depth: depth + 1) } catch {
                first = first ?? error
            }
        }
        throw first ?? Mismatch(path: path, message: "fits none of the allowed forms")
    }

    private static func checkMembers(
        _ object: JSONObject, _ schema: JSON, root: Root, path: String, depth: Int
    ) throws(Mismatch) -> JSONObject {
        for name in schema["required"]?.array ?? [] {
            guard let name = name.string, object[name] == nil else { continue }
            throw Mismatch(path: path, message: "\"\(name)\" is required")
        }
        var object = object
        let properties = schema["properties"]
        for entry in object {
            let (name, member) = (entry.key, entry.value)
            let place = path.isEmpty ? name : "\(path).\(name)"
            if let known = properties?[name] {
                // A model that has nothing to say writes null for an optional argument.
                let isRequired = schema["required"]?.array?.contains(.string(name)) ?? false
                if member.isNull, !isRequired {
                    object[name] = nil
                } else {
                    object[name] = try check(member, known, root: root, path: place, depth: depth + 1)
                }
            } else if let rest = schema["additionalProperties"] {
                if rest == .bool(false) { throw Mismatch(path: place, message: "there is no such argument") }
                object[name] = try check(member, rest, root: root, path: place, depth: depth + 1)
            }
        }
        return object
    }

    private static func checkElements(
        _ elements: [JSON], _ schema: JSON, root: Root, path: String, depth: Int
    ) throws(Mismatch) -> [JSON] {
        if let least = schema["minItems"]?.integer, elements.count < least {
            throw Mismatch(path: path, message: "expected at least \(least) elements")
        }
        if let most = schema["maxItems"]?.integer, elements.count > most {
            throw Mismatch(path: path, message: "expected at most \(most) elements")
        }
        guard let items = schema["items"] else { return elements }
        var checked: [JSON] = []
        for (index, element) in elements.enumerated() {
            checked.append(try check(element, items, root: root, path: "\(path)[\(index)]", depth: depth + 1))
        }
        return checked
    }

    private static func checkNumber(_ value: JSON, _ schema: JSON, _ path: String) throws(Mismatch) {
        guard let number = value.double else { return }
        if let least = schema["minimum"]?.double, number < least {
            throw Mismatch(path: path, message: "must be at least \(schema["minimum"]?.description ?? "")")
        }
        if let most = schema["maximum"]?.double, number > most {
            throw Mismatch(path: path, message: "must be at most \(schema["maximum"]?.description ?? "")")
        }
        if let above = schema["exclusiveMinimum"]?.double, number <= above {
            throw Mismatch(path: path, message: "must be more than \(schema["exclusiveMinimum"]?.description ?? "")")
        }
        if let below = schema["exclusiveMaximum"]?.double, number >= below {
            throw Mismatch(path: path, message: "must be less than \(schema["exclusiveMaximum"]?.description ?? "")")
        }
    }

    private static func checkText(_ value: JSON, _ schema: JSON, _ path: String) throws(Mismatch) {
        guard let text = value.string else { return }
        if let least = schema["minLength"]?.integer, text.unicodeScalars.count < least {
            throw Mismatch(path: path, message: "must have at least \(least) characters")
        }
        if let most = schema["maxLength"]?.integer, text.unicodeScalars.count > most {
            throw Mismatch(path: path, message: "must have at most \(most) characters")
        }
    }

    private static func types(of schema: JSON) -> [String]? {
        if let one = schema["type"]?.string { return [one] }
        guard let several = schema["type"]?.array?.compactMap(\.string), !several.isEmpty else { return nil }
        return several
    }

    /// The value itself when it has one of the types, else the first type it converts to without loss.
    private static func convert(_ value: JSON, to types: [String]) -> JSON? {
        if types.contains(where: value.has) { return value }
        for type in types {
            switch (type, value) {
            case ("integer", .string(let text)): if let number = Int64(text) { return .integer(number) }
            case ("integer", .number):
                if let number = value.integer { return .integer(Int64(number)) }
            case ("number", .string(let text)):
                if let number = Int64(text) { return .integer(number) }
                if let number = Double(text), number.isFinite { return .number(number) }
            case ("boolean", .string("true")): return true
            case ("boolean", .string("false")): return false
            case ("string", .integer), ("string", .number): return .string(value.description)
            default: break
            }
        }
        return nil
    }

    /// Only references within the schema: `#`, `#/$defs/Name`.
    private static func resolve(_ reference: String, in root: JSON) -> JSON? {
        guard reference.hasPrefix("#") else { return nil }
        return reference.dropFirst().split(separator: "/").reduce(JSON?.some(root)) { $0?[String($1)] }
    }
}

extension JSON {
    fileprivate func has(type: String) -> Bool {
        switch (type, self) {
        case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool), ("null", .null),
            ("integer", .integer), ("number", .integer), ("number", .number):
            true
        case ("object", _), ("array", _), ("string", _), ("boolean", _), ("null", _), ("integer", _), ("number", _):
            false
        default: true
        }
    }

    /// Equality as JSON Schema has it: 1 and 1.0 are one number.
    fileprivate func equals(_ other: JSON) -> Bool {
        if let a = double, let b = other.double { return a == b }
        return self == other
    }

    fileprivate var brief: String {
        let text = description
        return text.count > 60 ? "\(text.prefix(60))…" : text
    }
}
