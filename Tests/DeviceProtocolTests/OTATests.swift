import DeviceProtocol
import JSON
import Testing

@Suite struct OTATests {
    @Test func `statements 41 and 43: the answer has no null, short keys and a numeric version`() throws {
        let response = OTAResponse(
            timestamp: 1_700_000_000_000, timezoneOffset: 480, firmwareVersion: "1.6.2",
            websocketURL: "ws://h:8000/xiaozhi/v1/",
            websocketToken: "t")
        let bytes = response.encoded()
        let json = try JSON(parsing: bytes)
        #expect(bytes.count < 8192)
        #expect(!String(decoding: bytes, as: UTF8.self).contains("null"))
        #expect(json["websocket"]?["version"] == 1)
        #expect(json["mqtt"] == nil)
        #expect(json["firmware"]?["version"] == "1.6.2")
        #expect(json["server_time"]?["timezone_offset"] == 480)
        #expect(json["websocket"]?.object?.keys.allSatisfy { $0.count <= 15 } == true)
    }

    @Test(arguments: [
        ("1.2.3", "1.2.3"), ("v1.2", "0.0.0"), ("1..2", "0.0.0"), ("", "0.0.0"), ("1.99999999999", "0.0.0"), ("2", "2"),
    ])
    func `statement 45: a version that would make a board reboot is replaced`(version: String, safe: String) {
        #expect(OTAResponse.safe(version) == safe)
    }

    @Test func `a board is known by its headers, then by its body`() {
        let body: JSON = [
            "mac_address": "aa:bb", "uuid": "u", "board": ["type": "box"], "application": ["version": "1.0"],
        ]
        let fromBody = OTARequest(header: { _ in nil }, body: body)
        #expect(fromBody?.deviceID == "aa:bb")
        #expect(fromBody?.model == "box")
        #expect(fromBody?.firmwareVersion == "1.0")
        let fromHeader = OTARequest(
            header: { $0 == "device-id" ? "cc:dd" : $0 == "device-model" ? "m" : nil }, body: body)
        #expect(fromHeader?.deviceID == "cc:dd")
        #expect(fromHeader?.model == "m")
        #expect(OTARequest(header: { _ in nil }, body: nil) == nil)
    }

    @Test(arguments: [
        ("02:00:00:ad:be:ef", true), ("", false), ("a b", false), ("../x", false), ("a\nb", false),
        (String(repeating: "a", count: 129), false),
    ])
    func `absurd device ids are refused`(id: String, isValid: Bool) {
        #expect(DeviceID.isValid(id) == isValid)
    }
}
