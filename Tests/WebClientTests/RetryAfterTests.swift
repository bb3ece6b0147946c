import Testing
import VoiceAPI

@testable import WebClient

@Suite(.timeLimit(.minutes(1))) struct RetryAfterTests {
    /// Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110.
    private static let example: Int64 = 784_111_777

    @Test(arguments: [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
        ("Sun Nov  6 08:49:37 1994", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199), ("Fri, 01 Mar 2024 00:00:00 GMT", 1_709_251_200),
        ("Mon, 01 Mar 2100 00:00:00 GMT", 4_107_542_400),
    ])
    func `dates are read in all three forms`(text: String, seconds: Int64) {
        #expect(HTTPDate.seconds(text) == seconds)
    }

    @Test(arguments: [
        "", "soon", "-1", "1.5", "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT", "Sun, 06 Nov 99999999999999999999 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 CET", "Sun Nov", ", , , , , ",
    ])
    func `what is neither a number nor a date is no answer`(text: String) {
        #expect(RetryAfter.duration(text, now: 0) == nil)
    }

    @Test(arguments: [
        ("0", Duration.zero), ("7", .seconds(7)), (" 12 ", .seconds(12)), ("999999", .seconds(3600)),
        ("99999999999999999999999999", .seconds(3600)), ("Sun, 06 Nov 1994 08:49:40 GMT", .seconds(3)),
        ("Sun, 06 Nov 1994 08:49:00 GMT", .zero), ("Mon, 06 Nov 2034 08:49:40 GMT", .seconds(3600)),
    ])
    func `the wait is counted from now and never absurd`(text: String, wait: Duration) {
        #expect(RetryAfter.duration(text, now: Self.example) == wait)
    }

    @Test(arguments: [
        ("Sun, 06 Nov 1994 08:49:42 GMT", Duration.zero), ("Mon, 06 Nov 2090 08:49:42 GMT", .seconds(3600)),
        ("3", .seconds(3)),
    ])
    func `a refusal carries the wait that the service asked for`(header: String, wait: Duration) async throws {
        try await StubServer.run(.whole(429, body: "", headers: [("Retry-After", header)])) { stub in
            try await withClient { client in
                do throws(ProviderError) {
                    _ = try await client.send(WebRequest(url: "http://127.0.0.1:\(stub.port)/call"), provider: "Stub")
                    Issue.record("429 is no success")
                } catch {
                    #expect(error.code == .rateLimited)
                    #expect(error.retryAfter == wait)
                }
            }
        }
    }
}
