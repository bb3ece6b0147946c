import Telemetry
import Testing

@Suite struct LoadMeterTests {
    @Test func `one late moment is no overload, a late second is, and it passes`() {
        let meter = LoadMeter()
        meter.observe(.milliseconds(900))
        #expect(meter.overload == nil)
        for _ in 0..<10 { meter.observe(.milliseconds(900)) }
        #expect(meter.overload?.contains("ms late") == true)
        for _ in 0..<10 { meter.observe(.milliseconds(1)) }
        #expect(meter.overload == nil)
    }
}
