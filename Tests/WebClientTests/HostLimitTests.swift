import Synchronization
import Testing
import VoiceAPI
import WebClient

@Suite(.timeLimit(.minutes(1))) struct HostLimitTests {
    private func limits(running: Int, waiting: Int, patience: Duration) -> WebLimits {
        var limits = WebLimits()
        limits.concurrentRequests = running
        limits.waitingRequests = waiting
        limits.waitingTimeout = patience
        return limits
    }

    private static func code(_ client: WebClient, _ request: WebRequest) async -> ProviderError.Code? {
        do throws(ProviderError) {
            _ = try await client.send(request, provider: "Stub")
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `a request beyond the limit waits so long and is then refused as overloaded`() async throws {
        try await StubServer.run(.silence) { stub in
            try await withClient(limits: limits(running: 1, waiting: 5, patience: .milliseconds(150))) { client in
                var request = WebRequest(url: "http://127.0.0.1:\(stub.port)/call")
                request.firstByteTimeout = .seconds(30)
                let slow = request
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { _ = await Self.code(client, slow) }
                    await stub.wait { stub.begun == 1 }
                    #expect(await Self.code(client, slow) == .overloaded)
                    #expect(stub.begun == 1)
                    group.cancelAll()
                }
                #expect(client.depth == (0, 0))
            }
        }
    }

    @Test func `a full line refuses at once`() async throws {
        try await StubServer.run(.silence) { stub in
            try await withClient(limits: limits(running: 1, waiting: 0, patience: .seconds(30))) { client in
                var request = WebRequest(url: "http://127.0.0.1:\(stub.port)/call")
                request.firstByteTimeout = .seconds(30)
                let slow = request
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { _ = await Self.code(client, slow) }
                    await stub.wait { stub.begun == 1 }
                    #expect(await Self.code(client, slow) == .overloaded)
                    group.cancelAll()
                }
            }
        }
    }

    @Test func `a slot that becomes free goes to the one who waits, and everybody is served`() async throws {
        try await StubServer.run(.whole(200, body: "ok")) { stub in
            try await withClient(limits: limits(running: 2, waiting: 100, patience: .seconds(20))) { client in
                let request = WebRequest(url: "http://127.0.0.1:\(stub.port)/call")
                let codes = await withTaskGroup(of: ProviderError.Code?.self) { group in
                    for _ in 0..<40 { group.addTask { await Self.code(client, request) } }
                    return await group.reduce(into: []) { $0.append($1) }
                }
                #expect(codes.allSatisfy { $0 == nil })
                #expect(stub.begun == 40)
                #expect(client.depth == (0, 0))
            }
        }
    }

    @Test func `one host's line does not hold up another host`() async throws {
        try await StubServer.run(.silence) { slow in
            try await StubServer.run(.whole(200, body: "ok")) { quick in
                try await withClient(limits: limits(running: 1, waiting: 0, patience: .seconds(1))) { client in
                    var request = WebRequest(url: "http://127.0.0.1:\(slow.port)/call")
                    request.firstByteTimeout = .seconds(30)
                    let hanging = request
                    await withTaskGroup(of: Void.self) { group in
                        group.addTask { _ = await Self.code(client, hanging) }
                        await slow.wait { slow.begun == 1 }
                        #expect(await Self.code(client, WebRequest(url: "http://127.0.0.1:\(quick.port)/call")) == nil)
                        group.cancelAll()
                    }
                }
            }
        }
    }

    @Test func `cancelling one who waits leaves the line as it was`() async throws {
        try await StubServer.run(.silence) { stub in
            try await withClient(limits: limits(running: 1, waiting: 5, patience: .seconds(30))) { client in
                var request = WebRequest(url: "http://127.0.0.1:\(stub.port)/call")
                request.firstByteTimeout = .seconds(30)
                let slow = request
                await withTaskGroup(of: ProviderError.Code?.self) { group in
                    group.addTask { await Self.code(client, slow) }
                    group.addTask { await Self.code(client, slow) }
                    await stub.wait { stub.begun == 1 }
                    group.cancelAll()
                    for await code in group { #expect(code == .cancelled) }
                }
                #expect(client.depth == (0, 0))
            }
        }
    }
}
