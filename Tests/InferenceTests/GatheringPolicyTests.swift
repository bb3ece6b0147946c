import Testing

@testable import Inference

@Suite struct GatheringPolicyTests {
    /// Windows at a steady rate for a second.
    private func stream(_ rate: Int, into policy: inout GatheringPolicy, from start: Duration) {
        for index in 1...rate { policy.arrived(at: start + .seconds(1) * index / rate) }
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

    @Test func `the first window after a quiet minute does not wait`() {
        var policy = GatheringPolicy()
        stream(3000, into: &policy, from: .zero)
        policy.arrived(at: .seconds(60))
        #expect(!policy.isGathering)
    }
}
