import JSON
import Testing
import Tools

@Suite struct SchemaValidatorTests {
    private static let schema: JSON = [
        "type": "object", "required": ["volume"], "additionalProperties": false,
        "properties": [
            "volume": ["type": "integer", "minimum": 0, "maximum": 100],
            "room": ["type": "string", "enum": ["kitchen", "hall"]],
            "tags": ["type": "array", "items": ["type": "string"], "maxItems": 2],
            "child": ["$ref": "#"],
        ],
    ]

    @Test(arguments: [
        (#"{}"#, #""volume" is required"#), (#"{"volume":101}"#, "volume: must be at most 100"),
        (#"{"volume":"loud"}"#, #"volume: expected integer, got "loud""#),
        (#"{"volume":1.5}"#, "volume: expected integer, got 1.5"),
        (#"{"volume":1,"room":"cellar"}"#, #"room: expected one of "kitchen", "hall", got "cellar""#),
        (#"{"volume":1,"other":1}"#, "other: there is no such argument"),
        (#"{"volume":1,"tags":["a","b","c"]}"#, "tags: expected at most 2 elements"),
        (#"{"volume":1,"tags":[1.5,{}]}"#, "tags[1]: expected string, got {}"),
        (#"{"volume":1,"child":{"volume":-1}}"#, "child.volume: must be at least 0"),
    ])
    func `a mismatch says where and what was expected`(text: String, message: String) throws {
        let arguments = try JSON(parsing: text)
        let error = #expect(throws: SchemaValidator.Mismatch.self) {
            _ = try SchemaValidator.check(arguments, against: Self.schema)
        }
        #expect(error?.description == message)
    }

    @Test(arguments: [
        (#"{"volume":"50"}"#, #"{"volume":50}"#), (#"{"volume":50.0}"#, #"{"volume":50}"#),
        (#"{"volume":50,"room":null}"#, #"{"volume":50}"#),
    ])
    func `what models usually get wrong is mended`(text: String, mended: String) throws {
        #expect(try SchemaValidator.check(JSON(parsing: text), against: Self.schema) == JSON(parsing: mended))
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["allOf", "anyOf"])
    func `a schema that would take for ever is refused`(keyword: String) throws {
        let branches: JSON = .array(Array(repeating: ["$ref": "#"], count: 64))
        // With `anyOf` every branch must fail for the next to be tried.
        let schema: JSON = .object([keyword: branches, "properties": ["volume": ["type": "string", "maxLength": 0]]])
        let error = #expect(throws: SchemaValidator.Mismatch.self) {
            _ = try SchemaValidator.check(["volume": "50"], against: schema)
        }
        #expect(error?.message.isEmpty == false)
    }

    @Test func `a schema that refers to itself ends`() throws {
        let schema: JSON = ["$ref": "#"]
        #expect(try SchemaValidator.check(["a": 1], against: schema) == ["a": 1])
    }
}
