/// Numbers as people say them, in English and Chinese.
enum NumberWords {
    private static let small = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ]
    private static let tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    private static let chineseDigits: [Character: Double] = [
        "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
    ]
    private static let chineseUnits: [Character: Double] = ["十": 10, "百": 100, "千": 1000, "万": 10_000]

    /// Reads a number at the beginning of `words`.
    ///
    /// - Returns: its value and how many words it takes.
    static func parse(_ words: ArraySlice<String>) -> (value: Double, count: Int)? {
        guard let first = words.first else { return nil }
        if let value = Double(first), value.isFinite { return (value, 1) }
        var total = 0.0
        var current = 0.0
        var count = 0
        for word in words {
            if let value = small.firstIndex(of: word) {
                // "twenty five" is one number, "five five" are two.
                guard
                    current == 0 || (current.truncatingRemainder(dividingBy: 100) >= 20 && value < 10) || current >= 100
                else { break }
                current += Double(value)
            } else if let value = tens.firstIndex(of: word) {
                current += Double((value + 2) * 10)
            } else if word == "hundred" {
                current = max(current, 1) * 100
            } else if word == "thousand" {
                total += max(current, 1) * 1000
                current = 0
            } else if word == "a", count == 0, let next = words.dropFirst().first,
                next == "hundred" || next == "thousand"
            {
                current = 1
            } else if word == "and", count > 0, current >= 100,
                words.dropFirst(count + 1).first.map({ small.contains($0) || tens.contains($0) }) == true
            {
            } else {
                break
            }
            count += 1
        }
        return count == 0 ? nil : (total + current, count)
    }

    /// Reads a number at the beginning of a Chinese text: `三百二十`, `3.5`, `十`.
    static func parse(chinese text: Substring) -> (value: Double, count: Int)? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        if !digits.isEmpty, let value = Double(digits) { return (value, digits.count) }
        var total = 0.0
        var current = 0.0
        var count = 0
        var fraction = 0.0
        for character in text {
            if let digit = chineseDigits[character] {
                if fraction > 0 {
                    current += digit * fraction
                    fraction /= 10
                } else {
                    current = digit
                }
            } else if let unit = chineseUnits[character] {
                if unit == 10_000 {
                    total = (total + current) * unit
                } else {
                    total += max(current, 1) * unit
                }
                current = 0
            } else if character == "点", count > 0 {
                fraction = 0.1
            } else {
                break
            }
            count += 1
        }
        return count == 0 ? nil : (total + current, count)
    }

    /// A number for the ear: at most two decimals, no trailing zeros.
    static func spoken(_ value: Double, isChinese: Bool) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return isChinese ? "一个太大的数" : "a number too large to say" }
        let rounded = (value * 100).rounded() / 100
        let minus = rounded < 0 ? (isChinese ? "负" : "minus ") : ""
        let magnitude = abs(rounded)
        let whole = magnitude.rounded(.down)
        let cents = Int(((magnitude - whole) * 100).rounded())
        guard cents > 0 else { return minus + String(Int64(whole)) }
        let decimals = cents % 10 == 0 ? String(cents / 10) : (cents < 10 ? "0\(cents)" : String(cents))
        return "\(minus)\(Int64(whole)).\(decimals)"
    }
}
