/// A moment as the household's calendar and clock show it. Pure, in the Gregorian calendar.
struct CivilTime: Sendable, Equatable {
    var year: Int64
    /// 1 to 12.
    var month: Int64
    /// 1 to 31.
    var day: Int64
    var hour: Int64
    var minute: Int64
    var second: Int64 = 0

    private static let secondsPerDay: Int64 = 86_400

    init?(year: Int64, month: Int64, day: Int64, hour: Int64, minute: Int64, second: Int64 = 0) {
        guard (1970...9999).contains(year), (1...12).contains(month),
            (1...Self.days(in: month, of: year)).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    /// - Parameters:
    ///   - seconds: since 1970, UTC.
    ///   - offset: seconds east of Greenwich.
    init(seconds: Int64, offset: Int64) {
        // Far outside of any calendar the arithmetic must still not trap.
        let local = min(max(seconds, -1 << 40), 1 << 40) + min(max(offset, -Self.secondsPerDay), Self.secondsPerDay)
        let days = (local - (local % Self.secondsPerDay + Self.secondsPerDay) % Self.secondsPerDay) / Self.secondsPerDay
        let rest = local - days * Self.secondsPerDay
        (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)
        // Days from 1 March of year 0, in eras of 400 years ("days from civil", H. Hinnant).
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970 of the date.
    var dayNumber: Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// Seconds since 1970, UTC.
    func seconds(offset: Int64) -> Int64 {
        dayNumber * Self.secondsPerDay + hour * 3600 + minute * 60 + second - offset
    }

    private static func days(in month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }
}
