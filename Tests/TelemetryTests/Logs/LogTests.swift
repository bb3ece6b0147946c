import JSON
import Logging
import Synchronization
import Telemetry
import Testing

/// The server's log lines, and what may never be in them.
@Suite("Log") struct LogTests {
    private final class Lines: Sendable {
        private let bytes = Mutex<[UInt8]>([])
        var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
        func append(_ line: [UInt8]) { bytes.withLock { $0 += line } }
    }
    private struct Failure: Error, CustomStringConvertible { var description: String }

    /// - Returns: the logger and where its lines go.
    private func logger(_ format: LogFormat, secrets: [String] = []) -> (Logger, Lines) {
        let lines = Lines()
        let logger = Logger(label: "yuyan") { _ in
            ServerLogHandler(
                format: format, level: LogLevel(.info), redactor: LogRedactor(secrets: secrets),
                now: { SampleTurn.endedAt }, write: { lines.append($0) })
        }
        return (logger, lines)
    }

    @Test func `a line is one JSON object with the same names everywhere`() throws {
        var (logger, lines) = logger(.json)
        logger[metadataKey: "session_id"] = "s-1"
        logger[metadataKey: "device_id"] = "aa:bb"
        logger.debug("not this one")
        logger.warning("it failed\nbadly", metadata: ["turn_id": "7", "error": "a \"quoted\" thing", "attempt": "2"])
        #expect(lines.text.split(separator: "\n").count == 1)
        #expect(
            lines.text == #"{"time":"2026-11-24T00:00:00.000Z","level":"warning","component":"telemetrytests","#
                + #""message":"it failed\nbadly","session_id":"s-1","device_id":"aa:bb","turn_id":"7","attempt":"2","#
                + #""error":"a \"quoted\" thing"}"# + "\n")
        let json = try JSON(parsing: lines.text)
        #expect(json["error"]?.string == "a \"quoted\" thing")
    }

    @Test func `a component says so itself`() throws {
        let (logger, lines) = logger(.json)
        logger.notice("hello", metadata: ["component": "alerts"])
        #expect(try JSON(parsing: lines.text)["component"]?.string == "alerts")
    }

    @Test func `a terminal gets words, and nothing that moves its cursor`() {
        let (logger, lines) = logger(.text)
        logger.info("hello\u{1B}[2J\nthere", metadata: ["device_id": "a\nforged line", "turn_id": "3"])
        #expect(
            lines.text == "2026-11-24T00:00:00.000Z INFO     telemetrytests hello [2J there"
                + "  device_id=\"a forged line\"  turn_id=3\n")
    }

    @Test(arguments: [
        ("json", true, LogFormat.json), ("text", false, .text), ("auto", true, .text), ("auto", false, .json),
        ("<green>{time}</green>", false, .json),
    ])
    func `the format follows the configuration, else the terminal`(
        configured: String, isTerminal: Bool, expected: LogFormat
    ) {
        #expect(LogFormat(configured: configured, isTerminal: isTerminal) == expected)
    }

    @Test(arguments: [LogFormat.json, .text])
    func `canary secrets appear in no line, wherever they are put`(format: LogFormat) {
        let canary = "canary-7f3a\"91c2"
        var (logger, lines) = logger(format, secrets: [canary])
        logger[metadataKey: "owner_token"] = "canary-by-name"
        logger.error("failed with \(canary) inside")
        logger.error("x", metadata: ["url": "http://host/?a=1&token=canary-in-query&b=2"])
        logger.error("x", metadata: ["header": "authorization: bearer canary.in.header, and more"])
        logger.error("x", metadata: ["list": ["a", "Bearer canary-in-list"], "inner": ["api_key": "canary-in-map"]])
        logger.error("the key sk-canary0123456789 is wrong")
        logger.error("x", metadata: ["error": "\(Failure(description: "401 for \(canary)"))"])
        logger.error("x", error: Failure(description: "Bearer canary-in-error"))
        #expect(!lines.text.contains("canary"), "\(lines.text)")
        #expect(lines.text.contains("a=1&token=[redacted]"))
        #expect(lines.text.contains("and more"))
        #expect(lines.text.contains("failed with [redacted] inside"))
    }

    @Test(arguments: [
        "first_token_ms=120 keyboard=us", "task-based and risk-free", "bearer", "the token is missing", "sk-1",
    ])
    func `ordinary words stay as they are`(text: String) {
        #expect(LogRedactor(secrets: ["short", "long-enough"]).clean(text) == text)
    }

    @Test(arguments: [
        ("api_key", true), ("token", true), ("Owner-Token", true), ("X-API-Key", true), ("authorization", true),
        ("first_token_ms", false), ("monkey", false), ("session_id", false), ("key", true), ("db_password", true),
    ])
    func `a key's name tells whether its value is secret`(name: String, expected: Bool) {
        #expect(LogRedactor().isSecret(key: name) == expected)
    }

    @Test func `of two secrets the longer one is taken out whole`() {
        let redactor = LogRedactor(secrets: ["abcdef", "abcdef-ghijkl"])
        #expect(redactor.clean("x abcdef-ghijkl y abcdef z") == "x [redacted] y [redacted] z")
    }

    @Test func `secrets learned later are taken out too, and those before stay secret`() {
        let redactor = LogRedactor(secrets: ["first-secret"])
        redactor.add(["second-secret"])
        #expect(redactor.clean("first-secret second-secret") == "[redacted] [redacted]")
    }

    @Test func `a value without end is cut`() {
        let (logger, lines) = logger(.json)
        logger.info("x", metadata: ["long": "\(String(repeating: "y", count: 100_000))"])
        #expect(lines.text.utf8.count < 3000)
    }
}
