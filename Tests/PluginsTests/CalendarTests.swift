import JSON
import Testing
import VoiceAPI

@testable import Plugins

@Suite struct CalendarTests {
    @Test(arguments: [
        ("2026-02-17", "丙午年（马年）正月初一", "春节"), ("2025-01-28", "甲辰年（龙年）腊月廿九", "除夕"),
        ("2025-07-25", "乙巳年（蛇年）闰六月初一", ""), ("2024-09-17", "甲辰年（龙年）八月十五", "中秋节"),
        ("2023-06-22", "癸卯年（兔年）五月初五", "端午节"), ("2000-02-05", "庚辰年（龙年）正月初一", "春节"),
        ("2020-05-23", "庚子年（鼠年）闰四月初一", ""), ("1984-02-02", "甲子年（鼠年）正月初一", "春节"),
    ])
    func `a day has its lunar date and festival`(day: String, lunar: String, festival: String) async throws {
        try await withPluginServices { services in
            let tools = CalendarPlugin.tools([:], services: services)
            let said = try await tools.call("get_lunar", ["date": .string(day)])
            #expect(said.contains("农历 \(lunar)"))
            #expect(said.contains("节日 \(festival)") == !festival.isEmpty)
        }
    }

    @Test func `today is told with the time of the household`() async throws {
        try await withPluginServices { services in
            let said = try await CalendarPlugin.tools([:], services: services).call("get_lunar", [:])
            #expect(said.contains("公历 2026-07-31 星期五 15:04"))
        }
    }

    @Test(arguments: ["2026-02-30", "1899-01-01", "tomorrow", "2026-13-01"])
    func `what is no date is refused`(text: String) async throws {
        try await withPluginServices { services in
            let said = try await CalendarPlugin.tools([:], services: services).call(
                "get_lunar", ["date": .string(text)])
            #expect(said.contains("is no date"))
        }
    }
}
