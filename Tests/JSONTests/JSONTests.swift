import JSON
import Testing

@Suite struct JSONTests {
    @Test(arguments: [
        "null", "true", "0", "-1", "3.25", "\"a\"", "[]", "{}", "[1,2,[3]]", #"{"a":{"b":[null,false]}}"#,
        #""\"\\\n\t""#,
        "9223372036854775807", #""雨燕🙂""#,
    ])
    func `what is written is read again`(text: String) throws {
        let value = try JSON(parsing: text)
        #expect(try JSON(parsing: value.bytes) == value)
    }

    @Test(arguments: [
        "", " ", "{", "[", "[1,]", "{\"a\"}", "{a:1}", "01", "-", "1.", "1e", ".5", "+1", "nul", "\"", "\"\\x\"",
        "\"\\u12\"",
        "\"\n\"", "[1] 2", "'a'", "-01", "1.e3", "{\"a\":1,}",
    ])
    func `what is not JSON is refused`(text: String) {
        #expect(throws: JSONError.self) { try JSON(parsing: text) }
    }

    @Test func `escapes and surrogates become characters`() throws {
        #expect(try JSON(parsing: #""\u96e8\ud83d\ude42\/""#) == "雨🙂/")
        #expect(try JSON(parsing: #""\ud83d""#) == "\u{FFFD}")
        #expect(try JSON(parsing: #""\ud83dx""#) == "\u{FFFD}x")
    }

    @Test func `deep nesting is refused, not crashed on`() {
        #expect(throws: JSONError.self) { try JSON(parsing: String(repeating: "[", count: 100_000)) }
    }

    @Test func `invalid UTF-8 is refused`() {
        #expect(throws: JSONError.self) { try JSON(parsing: [0x22, 0xFF, 0x22]) }
    }

    @Test func `numbers keep what they are`() throws {
        #expect(try JSON(parsing: "12") == .integer(12))
        #expect(try JSON(parsing: "1e2").double == 100)
        #expect(try JSON(parsing: "1.0").integer == 1)
        #expect(try JSON(parsing: "123456789012345678901234567890").double == 1.2345678901234568e29)
        #expect(throws: JSONError.self) { try JSON(parsing: "1e999") }
    }

    @Test func `members keep their order and the last of equal names wins`() throws {
        let value = try JSON(parsing: #"{"z":1,"a":2,"z":3}"#)
        #expect(value.description == #"{"z":3,"a":2}"#)
        #expect(value["z"] == 3)
    }

    @Test func `mutated documents never crash the reader`() throws {
        let seed = Array(#"{"type":"listen","state":"detect","text":"你好 \u00e9","n":[1.5e3,true,null,{"a":"b"}]}"#.utf8)
        var state: UInt64 = 7
        for _ in 0..<20_000 {
            var bytes = seed
            for _ in 0..<3 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 24)
            }
            if let value = try? JSON(parsing: bytes) { #expect(try JSON(parsing: value.bytes) == value) }
        }
    }

    @Test(arguments: [
        ("", #""""#), ("\"", #""\"""#), ("plain 雨燕 🐦", #""plain 雨燕 🐦""#), ("a\"b\\c", #""a\"b\\c""#),
        ("\n\r\t", #""\n\r\t""#), ("\u{0}x\u{1F}y\u{7F}", "\"\\u0000x\\u001fy\u{7F}\""),
    ])
    func `what needs an escape is escaped, wherever it stands, and nothing else`(text: String, written: String) {
        #expect(JSON.string(text).description == written)
        #expect((try? JSON(parsing: written)) == .string(text))
    }
}
