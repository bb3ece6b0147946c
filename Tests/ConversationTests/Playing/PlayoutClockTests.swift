import Testing

@testable import Conversation

@Suite struct PlayoutClockTests {
    private let frame = Duration.milliseconds(60)

    @Test func `statement 26: the first frame waits for the device to settle`() {
        let clock = PlayoutClock(start: .milliseconds(1100), lead: frame * 5)
        #expect(clock.sendTime(of: frame) == .milliseconds(1100))
    }

    @Test func `statement 28: five frames go out at once, then one each 60 ms`() {
        var clock = PlayoutClock(start: .zero, lead: frame * 5)
        var now = Duration.zero
        var times: [Int] = []
        for _ in 0..<10 {
            now = max(now, clock.sendTime(of: frame))
            clock.sent(frame, at: now)
            times.append(now.milliseconds)
            #expect(clock.unplayed(at: now) <= frame * 5)
        }
        #expect(times == [0, 0, 0, 0, 0, 60, 120, 180, 240, 300])
    }

    @Test func `a late voice does not cause a burst`() {
        var clock = PlayoutClock(start: .zero, lead: frame * 5)
        for _ in 0..<5 { clock.sent(frame, at: .zero) }
        clock.sent(frame, at: .seconds(2))
        #expect(clock.playbackEnd == .seconds(2) + frame)
        #expect(clock.unplayed(at: .seconds(2)) == frame)
    }

    @Test func `nothing is unplayed before the first frame`() {
        #expect(PlayoutClock(start: .seconds(5), lead: frame * 5).unplayed(at: .zero) == .zero)
    }
}

@Suite struct LatenessTests {
    private let frame = Duration.milliseconds(60)

    @Test func `a frame that was there in time and left after it is late`() {
        var playout = PlayoutClock(start: .zero, lead: .milliseconds(300))
        for _ in 0..<6 { playout.sent(frame, at: .zero) }
        let due = playout.sendTime(of: frame)
        #expect(playout.lateness(of: frame, ready: .zero, at: due) == .zero)
        #expect(playout.lateness(of: frame, ready: .zero, at: due + .milliseconds(8)) == .milliseconds(8))
    }

    @Test func `a frame that came after its time is not late but may end a gap`() {
        var playout = PlayoutClock(start: .zero, lead: .milliseconds(300))
        #expect(playout.gap(at: .seconds(9)) == .zero)
        playout.sent(frame, at: .zero)
        let now = Duration.seconds(2)
        #expect(playout.lateness(of: frame, ready: now, at: now) == .zero)
        #expect(playout.gap(at: now) == now - frame)
    }
}
