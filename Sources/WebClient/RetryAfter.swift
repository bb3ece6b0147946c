/// Reads `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date in any of the three forms of section 5.6.7. Pure.
enum RetryAfter {
    /// No service may put us off for longer.
    static let longest = Duration.seconds(3600)

    /// - Parameters:
    ///   - value: the header as it came.
    ///   - now: seconds since 1970, by the service's own clock when it sent a `Date`.
    /// - Returns: 0…`longest`; nil when it is neither a number nor a date.
    static func duration(_ value: String, now: Int64) -> Duration? {
        let text = value.split(separator: " ").joined(separator: " ")
        if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            // More digits than an Int holds are long enough.
            return min(Int64(text).map { .seconds($0) } ?? longest, longest)
        }
        guard let date = HTTPDate.seconds(text) else { return nil }
        return .seconds(max(0, min(date - now, longest.components.seconds)))
    }
}

/// Reads HTTP dates. Pure.
enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// - Parameter text: `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` or
    ///   `Sun Nov  6 08:49:37 1994`.
    /// - Returns: seconds since 1970.
    static func seconds(_ text: String) -> Int64? {
        let parts = text.split { $0 == " " || $0 == "," || $0 == "-" }.map(String.init)
        // The day of the week says nothing that the date does not say.
        if parts.count == 6, parts[5] == "GMT" || parts[5] == "UTC" {
            return seconds(day: parts[1], month: parts[2], year: parts[3], time: parts[4])
        }
        if parts.count == 5 { return seconds(day: parts[2], month: parts[1], year: parts[4], time: parts[3]) }
        return nil
    }

    private static func seconds(day: String, month: String, year: String, time: String) -> Int64? {
        let clock = time.split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) ?? -1 }
        guard let day = Int64(day), (1...31).contains(day), let month = months.firstIndex(of: month),
            var year = Int64(year), (0...9999).contains(year), clock.count == 3,
            (0...23).contains(clock[0]), (0...59).contains(clock[1]), (0...60).contains(clock[2])
        else { return nil }
        // Two digits are of the last or of this century; RFC 9110 lets 50 years decide, 70 is as good after 2020.
        if year < 100 { year += year < 70 ? 2000 : 1900 }
        return days(year: year, month: Int64(month) + 1, day: day) * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
    }

    /// Days since 1970-01-01 in the Gregorian calendar, with years that begin in March so that the leap day is last.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
