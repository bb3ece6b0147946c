import Testing

@testable import Yuyan

@Suite struct SpreadTests {
    @Test func `the middle, the ends and the tail of what was measured are told`() {
        let spread = Spread((1...1000).shuffled().map(Double.init))
        #expect(spread.median == 501)
        #expect(spread.at(0) == 1)
        #expect(spread.at(1) == 1000)
        #expect(spread.description == "p50 501.0  p95 951.0  p99 991.0  min 1.0  max 1000.0  n 1000")
        #expect(Spread([]).description == "nothing measured")
        #expect(Spread([0.12345], places: 3).description.hasPrefix("p50 0.123 "))
    }
}
