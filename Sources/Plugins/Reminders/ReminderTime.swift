/// When a reminder is due, read from what a model wrote. Pure.
enum ReminderTime {
    /// Why a time is none: for the model, which asks the person or mends its call.
    struct Problem: Error, Sendable, Equatable, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    /// Nothing is kept for longer than this, in seconds.
    static let horizon: Int64 = 366 * 86_400

    /// A time from now.
    ///
    /// - Parameter seconds: as computed from a model's numbers; any value.
    /// - Returns: whole seconds, 1 to `horizon`.
    static func duration(_ seconds: Double) throws(Problem) -> Int64 {
        guard seconds.isFinite, seconds >= 1 else { throw Problem("the time must be at least one second") }
        guard seconds <= Double(horizon) else { throw Problem("a reminder can be at most one year ahead") }
        return Int64(seconds.rounded())
    }

    /// A moment of the household's clock: `HH:MM` is the next time it shows that; `YYYY-MM-DDTHH:MM[:SS]` is that
    /// moment, with `Z` or `+HH:MM` behind it in another zone.
    ///
    /// - Parameters:
    ///   - now: seconds since 1970.
    ///   - offset: seconds east of Greenwich of the household.
    /// - Returns: seconds since 1970, later than `now`.
    static func moment(_ text: String, now: Int64, offset: Int64) throws(Problem) -> Int64 {
        var scanner = Scanner(text)
        guard let moment = scanner.moment(now: now, offset: offset) else {
            throw Problem("\"at\" must be HH:MM or YYYY-MM-DDTHH:MM, not \"\(text.prefix(40))\"")
        }
        let local = CivilTime(seconds: now, offset: offset)
        guard moment > now else {
            let clock = "\(Scanner.two(local.hour)):\(Scanner.two(local.minute))"
            let date = "\(local.year)-\(Scanner.two(local.month))-\(Scanner.two(local.day))"
            throw Problem("that moment is over; it is \(date) \(clock) now")
        }
        guard moment - now <= horizon else { throw Problem("a reminder can be at most one year ahead") }
        return moment
    }

    private struct Scanner {
        private var rest: ArraySlice<UInt8>

        init(_ text: String) {
            // Longer than any form of a time.
            let bytes = Array(text.utf8.prefix(64))
            rest = bytes[...]
            while rest.first == 0x20 { rest.removeFirst() }
            while rest.last == 0x20 { rest.removeLast() }
        }

        static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

        mutating func moment(now: Int64, offset: Int64) -> Int64? {
            guard let first = number(upTo: 4) else { return nil }
            if rest.first == UInt8(ascii: ":") {
                guard let (minute, second) = minutes(), rest.isEmpty else { return nil }
                return next(hour: first, minute: minute, second: second, now: now, offset: offset)
            }
            guard take("-"), let month = number(upTo: 2), take("-"), let day = number(upTo: 2),
                take("T") || take("t") || take(" "), let hour = number(upTo: 2), let (minute, second) = minutes()
            else { return nil }
            if take(".") { guard number(upTo: 9) != nil else { return nil } }
            guard let zone = rest.isEmpty ? offset : zone(), rest.isEmpty else { return nil }
            return CivilTime(year: first, month: month, day: day, hour: hour, minute: minute, second: second)?
                .seconds(offset: zone)
        }

        private func next(hour: Int64, minute: Int64, second: Int64, now: Int64, offset: Int64) -> Int64? {
            let today = CivilTime(seconds: now, offset: offset)
            guard
                let moment = CivilTime(
                    year: today.year, month: today.month, day: today.day, hour: hour, minute: minute, second: second)
            else { return nil }
            let seconds = moment.seconds(offset: offset)
            return seconds > now ? seconds : seconds + 86_400
        }

        /// `:MM` or `:MM:SS`.
        private mutating func minutes() -> (Int64, Int64)? {
            guard take(":"), let minute = number(upTo: 2) else { return nil }
            guard take(":") else { return (minute, 0) }
            guard let second = number(upTo: 2) else { return nil }
            return (minute, second)
        }

        /// `Z`, `+HH:MM` or `+HHMM`, as seconds east of Greenwich.
        private mutating func zone() -> Int64? {
            if take("Z") || take("z") { return 0 }
            let sign: Int64
            if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
            guard let hours = number(upTo: 2), take(":") || !rest.isEmpty, let minutes = number(upTo: 2), hours <= 14,
                minutes < 60
            else { return nil }
            return sign * (hours * 3600 + minutes * 60)
        }

        private mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: character) else { return false }
            rest.removeFirst()
            return true
        }

        private mutating func number(upTo digits: Int) -> Int64? {
            let run = rest.prefix(digits).prefix { (0x30...0x39).contains($0) }
            guard !run.isEmpty else { return nil }
            rest = rest.dropFirst(run.count)
            return run.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
        }
    }
}
