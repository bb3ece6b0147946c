import FaultInjection
import Synchronization
import Testing
import VoiceAPI
import WebClient

/// The client against every fault a network has, over real sockets.
@Suite(.timeLimit(.minutes(1))) struct FaultTests {
    private static let body = String(repeating: "0123456789", count: 100)

    /// Calls a stub through the proxy with the fault set, and returns what came.
    private func call(
        _ fault: Fault, answer: StubServer.Answer = .whole(200, body: body), request change: (inout WebRequest) -> Void
    ) async throws -> (body: String?, error: ProviderError?, took: Duration) {
        var request = WebRequest(url: "")
        request.firstByteTimeout = .milliseconds(400)
        request.idleTimeout = .milliseconds(400)
        change(&request)
        let prepared = request
        let result = Mutex<(body: String?, error: ProviderError?, took: Duration)>((nil, nil, .zero))
        try await StubServer.run(answer) { stub in
            try await FaultProxy.run(target: stub.port, fault: fault) { proxy in
                try await withClient { client in
                    var request = prepared
                    request.url = "http://127.0.0.1:\(proxy.port)/call"
                    let start = ContinuousClock.now
                    var outcome: (body: String?, error: ProviderError?, took: Duration)
                    do throws(ProviderError) {
                        let bytes = try await client.send(request, provider: "Stub")
                        outcome = (String(decoding: bytes, as: UTF8.self), nil, .zero)
                    } catch {
                        outcome = (nil, error, .zero)
                    }
                    outcome.took = .now - start
                    let copy = outcome
                    result.withLock { $0 = copy }
                }
            }
        }
        return result.withLock { $0 }
    }

    @Test func `without a fault the answer passes whole`() async throws {
        let result = try await call(.none) { _ in }
        #expect(result.body == Self.body)
    }

    @Test(arguments: [
        (Fault.halfOpen, ProviderError.Code.timedOut), (.stall(afterBytes: 0), .timedOut),
        (.stall(afterBytes: 400), .timedOut), (.delay(.seconds(30)), .timedOut),
        (.slowDrip(bytes: 1, every: .milliseconds(50)), .timedOut), (.cut(afterBytes: 0), .unavailable),
        (.cut(afterBytes: 10), .unavailable), (.cut(afterBytes: 400), .unavailable), (.garbage, .invalidResponse),
        (.refuse, .unavailable),
    ])
    func `every fault ends in its own error and in bounded time`(fault: Fault, code: ProviderError.Code) async throws {
        let result = try await call(fault) { _ in }
        let error = try #require(result.error)
        #expect(error.code == code, "\(error)")
        #expect(error.provider == "Stub")
        #expect(result.took < .seconds(3))
    }

    @Test func `a delay shorter than the patience only delays`() async throws {
        let result = try await call(.delay(.milliseconds(100))) { $0.firstByteTimeout = .seconds(5) }
        #expect(result.body == Self.body)
        #expect(result.took >= .milliseconds(100))
    }

    @Test func `an answer that drips for ever ends with the total time`() async throws {
        let result = try await call(.slowDrip(bytes: 1, every: .milliseconds(5))) {
            $0.firstByteTimeout = .seconds(20)
            $0.totalTimeout = .milliseconds(600)
        }
        #expect(result.error?.code == .timedOut)
        #expect(result.took < .seconds(3))
    }

    @Test func `a reader that takes its time is not the service's silence`() async throws {
        // More than all buffers on the way hold, so that reading has to wait for the reader.
        let long = String(repeating: "0123456789", count: 400_000)
        try await StubServer.run(.whole(200, body: long)) { stub in
            try await withClient { client in
                var request = WebRequest(url: "http://127.0.0.1:\(stub.port)/call")
                request.idleTimeout = .milliseconds(250)
                var length = 0
                try await client.stream(request, provider: "Stub") { piece in
                    // The one real wait of this suite: longer than the idle time.
                    if length == 0 { try await ContinuousClock().sleep(for: .milliseconds(600)) }
                    length += piece.count
                }
                #expect(length == long.utf8.count)
            }
        }
    }

    @Test func `a fault that is taken away leaves a client that works`() async throws {
        try await StubServer.run(.whole(200, body: "fine")) { stub in
            try await FaultProxy.run(target: stub.port) { proxy in
                try await withClient { client in
                    var request = WebRequest(url: "http://127.0.0.1:\(proxy.port)/call")
                    request.firstByteTimeout = .milliseconds(300)
                    for fault in [Fault.refuse, .none, .halfOpen, .none, .garbage, .none, .cut(afterBytes: 5), .none] {
                        try await proxy.set(fault)
                        let bytes = try? await client.send(request, provider: "Stub")
                        #expect((bytes != nil) == (fault == .none), "\(fault)")
                    }
                }
            }
        }
    }

    @Test func `cancelling a streaming call closes the provider's connection`() async throws {
        try await StubServer.run(.unfinished(["data: a\n\n"])) { stub in
            try await FaultProxy.run(target: stub.port) { proxy in
                try await withClient { client in
                    let request = WebRequest(url: "http://127.0.0.1:\(proxy.port)/call")
                    let (began, announce) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
                    let code = await withTaskGroup(of: ProviderError.Code?.self) { group in
                        group.addTask {
                            do throws(ProviderError) {
                                try await client.stream(request, provider: "Stub") { _ in announce.yield() }
                                return nil
                            } catch {
                                return error.code
                            }
                        }
                        for await _ in began { break }
                        #expect(stub.abandoned == 0)
                        group.cancelAll()
                        return await group.next() ?? nil
                    }
                    #expect(code == .cancelled)
                    await stub.wait { stub.abandoned == 1 }
                    #expect(stub.abandoned == 1)
                    #expect(client.depth.running == 0)
                }
            }
        }
    }

    @Test func `a reader that throws ends the call with its own error and closes the connection`() async throws {
        try await StubServer.run(.unfinished(["x"])) { stub in
            try await withClient { client in
                let request = WebRequest(url: "http://127.0.0.1:\(stub.port)/call")
                await #expect(throws: ProviderError.self) {
                    try await client.stream(request, provider: "Stub") { _ in
                        throw ProviderError(.invalidResponse, provider: "Stub", message: "nonsense")
                    }
                }
                await stub.wait { stub.abandoned == 1 }
                #expect(stub.abandoned == 1)
            }
        }
    }
}
