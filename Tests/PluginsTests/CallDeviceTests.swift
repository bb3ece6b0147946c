import Flow
import JSON
import Testing
import VoiceAPI

@testable import Plugins

@Suite struct CallDeviceTests {
    private static let kitchen = "11:22:33:44:55:66"
    private static let devices: JSON = ["devices": ["Küche": "11-22-33-44-55-66", "客厅": "AA:BB:CC:DD:EE:FF"]]

    /// The tool and the devices it speaks on.
    private func withTool(
        _ settings: JSON = devices, _ body: ([any Tool], ListedAnnouncer) async throws -> Void
    ) async throws {
        try await withPluginServices { services in
            var services = services
            let announcer = ListedAnnouncer()
            services.announcer = announcer
            try await body(try CallDevicePlugin.tools(settings, services: services), announcer)
        }
    }

    @Test(arguments: [("küche", kitchen), ("KÜCHE", kitchen), ("  Küche ", kitchen), ("客厅", "aa:bb:cc:dd:ee:ff")])
    func `the words are spoken on the named device, whatever the case of its name`(name: String, address: String)
        async throws
    {
        try await withTool { tools, announcer in
            announcer.connect(address)
            let said = try await tools.call("call_device", ["nickname": .string(name), "text": "Dinner\n is ready."])
            #expect(said.contains("it is being said on"))
            #expect(await announcer.said.next() == "\(address): Dinner is ready.")
        }
    }

    @Test func `a device that is not connected is told to the model`() async throws {
        try await withTool { tools, announcer in
            let said = try await tools.call("call_device", ["nickname": "küche", "text": "Dinner is ready."])
            #expect(said.contains("failure") && said.contains("küche is not connected; nothing was said there"))
            #expect(await announcer.missed.next() == "\(Self.kitchen): Dinner is ready.")
        }
    }

    @Test func `nothing is said for an unknown name, the own device, no words or too many`() async throws {
        try await withTool(["devices": ["kitchen": .string(Self.kitchen), "here": "0A:00:00:00:00:01"]]) {
            (tools: [any Tool], announcer: ListedAnnouncer) async throws in
            announcer.connect(Self.kitchen)
            announcer.connect("0a:00:00:00:00:01")
            let context = ToolContext(deviceID: "0A:00:00:00:00:01", sessionID: "s", language: "en")
            func ask(_ name: String, _ text: String) async throws -> String {
                let arguments: JSON = ["nickname": .string(name), "text": .string(text)]
                return "\(try await tools[0].call(arguments, in: context))"
            }
            #expect(try await ask("cellar", "Hello.").contains("known are kitchen, here"))
            #expect(try await ask("here", "Hello.").contains("is the device this person is speaking to"))
            #expect(try await ask("kitchen", " \n ").contains("text is empty"))
            #expect(try await ask("kitchen", String(repeating: "a", count: 501)).contains("longer than 500"))
            let longest = String(repeating: "a", count: 500)
            #expect(try await ask("kitchen", longest).contains("it is being said"))
            // The first that was said is the only one that may be.
            #expect(await announcer.said.next() == "\(Self.kitchen): \(longest)")
        }
    }

    @Test func `the console connects the devices, with its secret in a header`() async throws {
        let answers = [
            "/xiaozhi/device/address-book/call":
                #"{"code":0,"msg":"success","data":{"status":"calling","message":"奶奶的设备正在响铃"}}"#
        ]
        try await StubBackEnd.run(answers) { stub in
            try await withPluginServices { services in
                var services = services
                services.managerAPI = ["url": .string(stub.base + "/xiaozhi/"), "secret": "s-1"]
                // The console goes before the owner's own map.
                let tools = try CallDevicePlugin.tools(Self.devices, services: services)
                let said = try await tools.call("call_device", ["nickname": "奶奶&x=1"])
                #expect(said.contains("status: calling, 奶奶的设备正在响铃"))
                _ = try await tools.call("call_device", ["nickname": "a", "answer": true])
            }
            #expect(
                stub.requests.map(\.target) == [
                    "/xiaozhi/device/address-book/call?callerMac=aa&nickname=%E5%A5%B6%E5%A5%B6%26x%3D1&answer=false",
                    "/xiaozhi/device/address-book/call?callerMac=aa&nickname=a&answer=true",
                ])
            #expect(stub.requests.allSatisfy { $0.method == "GET" && $0.headers["authorization"] == "Bearer s-1" })
        }
    }

    @Test func `what the console refuses is told, and so is a console that talks nonsense`() async throws {
        let answers = [
            "/a/device/address-book/call": #"{"code":10041,"msg":"no such device","data":null}"#,
            "/b/device/address-book/call": "<html>", "/c/device/address-book/call": #"{"data":{"status":"ok"}}"#,
        ]
        try await StubBackEnd.run(answers) { stub in
            try await withPluginServices { (services: PluginServices) async throws in
                func ask(_ path: String) async throws -> String {
                    var services = services
                    services.managerAPI = ["url": .string(stub.base + path), "secret": "s-1"]
                    return try await CallDevicePlugin.tools([:], services: services)
                        .call("call_device", ["nickname": "a"])
                }
                #expect(try await ask("/a").contains("the console refused: no such device"))
                await #expect(throws: ProviderError.self) { try await ask("/b") }
                #expect(try await ask("/c").contains("the console refused: no reason was given"))
                await #expect(throws: ProviderError.self) { try await ask("/nowhere") }
            }
        }
    }

    @Test(
        arguments: [
            ([:], "set plugins.call_device.devices"), (["devices": "kitchen"], "devices: expected a map"),
            (["devices": ["kitchen": "hello"]], "devices.kitchen: expected a MAC address"),
            (
                ["devices": ["a": "11:22:33:44:55:66", "A": "11:22:33:44:55:67"]],
                "devices.A: two devices have this name"
            ),
        ] as [(JSON, String)])
    func `wrong settings are named with their key`(settings: JSON, problem: String) async throws {
        try await withPluginServices { services in
            var services = services
            // The reference's placeholder is no secret.
            services.managerAPI = ["url": "http://127.0.0.1:8002/xiaozhi", "secret": "你的server.secret值"]
            do {
                _ = try CallDevicePlugin.tools(settings, services: services)
                Issue.record("it was taken")
            } catch {
                #expect("\(error)".hasPrefix(problem))
            }
        }
    }
}
