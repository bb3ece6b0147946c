import Testing

@testable import ToolServers

@Suite struct SSEEndpointTests {
    @Test(arguments: [
        ("/messages?id=1", "http://host:80/messages?id=1"), ("http://host:80/m", "http://host:80/m"),
        ("messages", "http://host:80/a/messages"),
    ])
    func `an endpoint on the same host is taken`(told: String, address: String) {
        #expect(SSEConnection.endpoint(told, of: "http://host:80/a/sse") == address)
    }

    @Test(arguments: [
        "http://evil/m", "https://host:80/m", "//evil/m", "http://host:80.evil/m", "http://host:80@evil/m",
    ])
    func `an endpoint on another host is refused`(told: String) {
        #expect(SSEConnection.endpoint(told, of: "http://host:80/a/sse") == nil)
    }
}
