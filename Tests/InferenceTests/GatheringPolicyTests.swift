import Testing

@testable import Inference

@Suite struct GatheringPolicyTests {
    /// Windows at a steady rate for a second.
    private func stream(_ rate: Int, into policy: inout GatheringPolicy, from start: Duration, streams: Int = 100) {
        for index in 1...rate { policy.arrived(at: start + .seconds(1) * index / rate, streams: streams) }
    }

    @Test func `a few devices never wait for each other`() {
        var policy = GatheringPolicy()
        stream(31 * 20, into: &policy, from: .zero)
        #expect(!policy.isGathering)
    }

    @Test func `many devices are gathered, until most have gone`() {
        var policy = GatheringPolicy()
        stream(31 * 100, into: &policy, from: .zero)
        #expect(policy.isGathering)
        stream(900, into: &policy, from: .seconds(1))
        #expect(policy.isGathering)
        stream(700, into: &policy, from: .seconds(2))
        #expect(!policy.isGathering)
    }

    @Test func `a few streams that send very fast are not gathered: they would never fill a batch`() {
        var policy = GatheringPolicy()
        stream(31 * 100, into: &policy, from: .zero, streams: 31)
        #expect(!policy.isGathering)
    }

    @Test func `the first window after a quiet minute does not wait`() {
        var policy = GatheringPolicy()
        stream(3000, into: &policy, from: .zero)
        policy.arrived(at: .seconds(60), streams: 100)
        #expect(!policy.isGathering)
    }
}
