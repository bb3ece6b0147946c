import Testing
import VoiceTesting

@testable import Flow

@Suite struct TickWheelTests {
    @Test func `waiters come out at their tick, in the order of ticks`() {
        var wheel = TickWheel<String>()
        _ = wheel.insert("second", id: 1, at: 9)
        _ = wheel.insert("first", id: 2, at: 3)
        #expect(wheel.next == 3)
        let early = wheel.advance(to: 2)
        #expect(early.isEmpty)
        let due = wheel.advance(to: 3)
        #expect(due == ["first"])
        #expect(wheel.next == 9)
        let later = wheel.advance(to: 50)
        #expect(later == ["second"])
        #expect(wheel.next == nil)
    }

    @Test func `a jump hands out everything it passes, earliest first`() {
        var wheel = TickWheel<Int>()
        for tick in (1...3000).reversed() { _ = wheel.insert(tick, id: UInt64(tick), at: tick) }
        let due = wheel.advance(to: 2500)
        #expect(due == Array(1...2500))
        #expect(wheel.count == 500)
    }

    @Test func `a far waiter stays for as many turns of the wheel as it needs`() {
        var wheel = TickWheel<String>()
        _ = wheel.insert("far", id: 1, at: 5000)
        var now = 0
        while let next = wheel.next, now < 5000 {
            #expect(next > now)
            now = min(next, 4999)
            let due = wheel.advance(to: now)
            #expect(due.isEmpty)
            if now == 4999 { break }
        }
        let due = wheel.advance(to: 5000)
        #expect(due == ["far"])
    }

    @Test func `a tick that is over takes nobody`() {
        var wheel = TickWheel<Int>()
        _ = wheel.advance(to: 10)
        let isTaken = wheel.insert(1, id: 1, at: 10)
        #expect(!isTaken)
        #expect(wheel.count == 0)
    }

    @Test func `who is taken away is not handed out`() {
        var wheel = TickWheel<String>()
        _ = wheel.insert("stays", id: 1, at: 7)
        _ = wheel.insert("goes", id: 2, at: 7)
        let gone = wheel.remove(id: 2, at: 7)
        #expect(gone == "goes")
        let again = wheel.remove(id: 2, at: 7)
        #expect(again == nil)
        let due = wheel.advance(to: 7)
        #expect(due == ["stays"])
        let late = wheel.remove(id: 1, at: 7)
        #expect(late == nil)
    }

    @Test(arguments: 0..<8) func `it agrees with a sorted list, whatever happens`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var wheel = TickWheel<UInt64>()
        var model: [(tick: Int, id: UInt64)] = []
        var now = 0
        for id in 1...4000 as ClosedRange<UInt64> {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6:
                let tick = now + Int.random(in: -2...3000, using: &random)
                let isTaken = wheel.insert(id, id: id, at: tick)
                #expect(isTaken == (tick > now))
                if isTaken { model.append((tick, id)) }
            case 6..<8:
                guard let victim = model.randomElement(using: &random) else { continue }
                let gone = wheel.remove(id: victim.id, at: victim.tick)
                #expect(gone == victim.id)
                model.removeAll { $0.id == victim.id }
            default:
                now += Int.random(in: 0...1500, using: &random)
                let due = model.filter { $0.tick <= now }.sorted { ($0.tick, $0.id) < ($1.tick, $1.id) }
                let handedOut = wheel.advance(to: now)
                #expect(handedOut == due.map(\.id))
                model.removeAll { $0.tick <= now }
            }
            #expect(wheel.count == model.count)
            if let earliest = model.map(\.tick).min() {
                // Never later than the first who is due.
                #expect(wheel.next.map { $0 > now && $0 <= earliest } == true)
            } else {
                #expect(wheel.next == nil)
            }
        }
    }
}
