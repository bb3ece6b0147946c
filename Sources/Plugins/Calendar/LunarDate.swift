import Foundation

/// A day of the Chinese calendar, by the tables of ICU (in Foundation).
struct LunarDate: CustomStringConvertible {
    /// 1 to 60 in the sexagenary cycle.
    let yearOfCycle: Int
    let month: Int
    let day: Int
    let isLeapMonth: Bool
    /// The next day begins a year.
    let isNewYearsEve: Bool

    init(_ date: Date, timeZone: TimeZone) {
        var calendar = Calendar(identifier: .chinese)
        calendar.timeZone = timeZone
        let parts = calendar.dateComponents([.year, .month, .day], from: date)
        yearOfCycle = parts.year ?? 1
        month = parts.month ?? 1
        day = parts.day ?? 1
        isLeapMonth = parts.isLeapMonth ?? false
        let next = calendar.dateComponents([.month, .day], from: date.addingTimeInterval(86_400))
        isNewYearsEve = next.month == 1 && next.day == 1 && (next.isLeapMonth ?? false) == false
    }

    private static let stems = Array("甲乙丙丁戊己庚辛壬癸")
    private static let branches = Array("子丑寅卯辰巳午未申酉戌亥")
    private static let animals = Array("鼠牛虎兔龙蛇马羊猴鸡狗猪")
    private static let months = ["正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊"]
    private static let digits = Array("一二三四五六七八九十")

    var yearName: String { "\(Self.stems[(yearOfCycle + 9) % 10])\(Self.branches[(yearOfCycle + 11) % 12])" }
    var zodiac: String { String(Self.animals[(yearOfCycle + 11) % 12]) }

    var description: String {
        "\(yearName)年（\(zodiac)年）\(isLeapMonth ? "闰" : "")\(Self.months[(month + 11) % 12])月\(dayName)"
    }

    private var dayName: String {
        switch day {
        case ...10: "初\(Self.digits[max(day, 1) - 1])"
        case 20: "二十"
        case 30: "三十"
        case 11...19: "十\(Self.digits[day - 11])"
        default: "廿\(Self.digits[day - 21])"
        }
    }

    /// The festival of the day, in no leap month.
    var festival: String? {
        if isNewYearsEve { return "除夕" }
        guard !isLeapMonth else { return nil }
        return switch (month, day) {
        case (1, 1): "春节"
        case (1, 15): "元宵节"
        case (2, 2): "龙抬头"
        case (5, 5): "端午节"
        case (7, 7): "七夕"
        case (7, 15): "中元节"
        case (8, 15): "中秋节"
        case (9, 9): "重阳节"
        case (12, 8): "腊八节"
        default: nil
        }
    }
}
