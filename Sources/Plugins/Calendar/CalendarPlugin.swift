import Foundation
package import JSON
package import VoiceAPI

/// `get_lunar`: the date, the time and the Chinese calendar, without a network.
package struct CalendarPlugin: ServerPlugin {
    package static let name = "get_lunar"
    package static let isAlwaysOn = true

    package static func tools(_ settings: JSON, services: PluginServices) -> [any Tool] {
        [CalendarTool(now: services.now, timezoneOffset: Int(services.timezoneOffset))]
    }
}

private struct CalendarTool: Tool {
    let now: @Sendable () -> Int64
    let timezoneOffset: Int

    let description = ToolDescription(
        name: CalendarPlugin.name,
        summary:
            "The time now, and the date in both calendars: weekday, Chinese lunar date, year of the sexagenary cycle, zodiac, festivals. For another day give its date.",
        parameters: Schema.object(
            Schema.text("date", "YYYY-MM-DD; leave it out for today", required: false),
            Schema.text("query", "What the user wants to know", required: false)))

    func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult {
        guard let zone = TimeZone(secondsFromGMT: timezoneOffset) else { return .failure("the time zone is wrong") }
        var solar = Calendar(identifier: .gregorian)
        solar.timeZone = zone
        var date = Date(timeIntervalSince1970: TimeInterval(now()))
        var clock = ""
        if let text = arguments["date"]?.string, !text.isEmpty {
            let parts = text.split(separator: "-").compactMap { Int($0) }
            guard parts.count == 3, (1900...2100).contains(parts[0]),
                let day = solar.date(
                    from: DateComponents(year: parts[0], month: parts[1], day: parts[2], hour: 12)),
                solar.component(.month, from: day) == parts[1], solar.component(.day, from: day) == parts[2]
            else { return .failure("\(text.prefix(20)) is no date from 1900-01-01 to 2100-12-31; write YYYY-MM-DD") }
            date = day
        } else {
            let time = solar.dateComponents([.hour, .minute], from: date)
            clock = " \(Self.twoDigits(time.hour)):\(Self.twoDigits(time.minute))"
        }
        let day = solar.dateComponents([.year, .month, .day, .weekday], from: date)
        let names = ["星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"]
        let weekday = names[((day.weekday ?? 1) - 1) % 7]
        let lunar = LunarDate(date, timeZone: zone)
        var lines = [
            "公历 \(day.year ?? 0)-\(Self.twoDigits(day.month))-\(Self.twoDigits(day.day)) \(weekday)\(clock)",
            "农历 \(lunar)",
        ]
        if let festival = lunar.festival { lines.append("节日 \(festival)") }
        return .inform(lines.joined(separator: "\n"))
    }

    private static func twoDigits(_ number: Int?) -> String {
        let number = number ?? 0
        return number < 10 ? "0\(number)" : "\(number)"
    }
}
