import Glibc

/// The time of day, for logs and traces only; durations come from a `SessionClock`.
package enum WallClock {
    /// Nanoseconds since 1970.
    package static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    /// A moment as RFC 3339 in UTC with milliseconds, `2026-11-24T01:02:03.456Z`, in ASCII.
    ///
    /// Own code: a formatter of the library costs more than the rest of a log line.
    package static func write(_ nanoseconds: Int64, to output: inout [UInt8]) {
        let milliseconds = nanoseconds / 1_000_000
        let (days, inDay) = milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
        // Days to a civil date, after Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms".
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let seconds = inDay / 1000
        digits(year, 4, UInt8(ascii: "-"), &output)
        digits(month, 2, UInt8(ascii: "-"), &output)
        digits(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1, 2, UInt8(ascii: "T"), &output)
        digits(seconds / 3600, 2, UInt8(ascii: ":"), &output)
        digits(seconds / 60 % 60, 2, UInt8(ascii: ":"), &output)
        digits(seconds % 60, 2, UInt8(ascii: "."), &output)
        digits(inDay % 1000, 3, UInt8(ascii: "Z"), &output)
    }

    /// The same as text.
    package static func text(_ nanoseconds: Int64) -> String {
        var bytes: [UInt8] = []
        write(nanoseconds, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func digits(_ value: Int64, _ count: Int, _ end: UInt8, _ output: inout [UInt8]) {
        var scale: Int64 = 1
        for _ in 1..<count { scale *= 10 }
        while scale > 0 {
            output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: abs(value / scale) % 10))
            scale /= 10
        }
        output.append(end)
    }
}
