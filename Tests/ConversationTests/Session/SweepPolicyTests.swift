import JSON
import Testing

@testable import Conversation

@Suite struct SweepPolicyTests {
    private func status(_ change: (inout SessionStatus) -> Void = { _ in }) -> SessionStatus {
        var status = SessionStatus(
            phase: .idle, connectedFor: .seconds(60), silentFor: .seconds(1), messages: 1, packets: 1, bytes: 1,
            busy: .zero, queuedAudio: 0, memoryEstimate: 20_000, hasListened: true, toolCount: 0, things: [:])
        change(&status)
        return status
    }

    @Test func `a session like any other stays`() {
        #expect(SweepPolicy().judge(status(), wasSlimmed: false, share: 0.5) == .keep)
        #expect(SweepPolicy().judge(status(), wasSlimmed: true, share: nil) == .keep)
    }

    @Test func `a zombie goes at once`() {
        let zombie = status { $0.silentFor = .seconds(240) }
        #expect(SweepPolicy().judge(zombie, wasSlimmed: false, share: 0) == .close(reason: "no activity"))
    }

    @Test func `who is over a limit slims first and goes when that has not helped`() {
        let cases: [(SessionStatus, Double, String)] = [
            (status { $0.memoryEstimate = 51 << 20 }, 0, "too much memory"),
            (status { $0.queuedAudio = 1001 }, 0, "too much audio waits"),
            (status(), 0.81, "too much computing"),
        ]
        for (status, share, reason) in cases {
            #expect(SweepPolicy().judge(status, wasSlimmed: false, share: share) == .slim(reason: reason))
            #expect(SweepPolicy().judge(status, wasSlimmed: true, share: share) == .close(reason: reason))
        }
    }
}
