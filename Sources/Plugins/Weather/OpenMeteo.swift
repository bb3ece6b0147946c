import JSON
import VoiceAPI

/// Open-Meteo: weather for everybody, without a key.
struct OpenMeteo: WeatherSource {
    let geocoding: String
    let forecast: String
    let services: PluginServices

    func report(for place: String, language: String) async throws -> String? {
        let found = try await services.json(
            "\(geocoding)/v1/search?name=\(place.percentEncoded)&count=1&language=\(language)&format=json",
            provider: WeatherPlugin.name, timeout: .seconds(10))
        guard let city = found["results"]?[0], let latitude = city["latitude"]?.double,
            let longitude = city["longitude"]?.double
        else { return nil }
        let answer = try await services.json(
            "\(forecast)/v1/forecast?latitude=\(latitude)&longitude=\(longitude)&timezone=auto&forecast_days=7"
                + "&current=temperature_2m,apparent_temperature,relative_humidity_2m,weather_code,wind_speed_10m"
                + "&daily=weather_code,temperature_2m_max,temperature_2m_min",
            provider: WeatherPlugin.name, timeout: .seconds(10))
        guard let now = answer["current"] else {
            throw ProviderError(.invalidResponse, provider: WeatherPlugin.name, message: "Open-Meteo told no weather")
        }
        func number(_ json: JSON?) -> String {
            json?.double.flatMap { Int(exactly: $0.rounded()) }.map(String.init) ?? "?"
        }
        var lines = [
            "\(city["name"]?.string ?? place): \(Self.sky(now["weather_code"]?.integer, language)), \(number(now["temperature_2m"]))°C, feels like \(number(now["apparent_temperature"]))°C, humidity \(number(now["relative_humidity_2m"]))%, wind \(number(now["wind_speed_10m"])) km/h"
        ]
        let days = answer["daily"]
        for (index, date) in (days?["time"]?.array ?? []).prefix(7).enumerated() {
            let code = days?["weather_code"]?[index]?.integer
            lines.append(
                "\(date.string ?? ""): \(Self.sky(code, language)), \(number(days?["temperature_2m_min"]?[index])) to \(number(days?["temperature_2m_max"]?[index]))°C"
            )
        }
        return lines.joined(separator: "\n")
    }

    /// WMO weather interpretation codes (code table 4677, as Open-Meteo groups them).
    private static func sky(_ code: Int?, _ language: String) -> String {
        let words: (en: String, zh: String) =
            switch code {
            case 0: ("clear", "晴")
            case 1, 2: ("partly cloudy", "多云")
            case 3: ("overcast", "阴")
            case 45, 48: ("fog", "雾")
            case 51, 53, 55, 56, 57: ("drizzle", "毛毛雨")
            case 61, 80: ("light rain", "小雨")
            case 63, 81: ("rain", "中雨")
            case 65, 82: ("heavy rain", "大雨")
            case 66, 67: ("freezing rain", "冻雨")
            case 71, 85: ("light snow", "小雪")
            case 73, 77: ("snow", "中雪")
            case 75, 86: ("heavy snow", "大雪")
            case 95, 96, 99: ("thunderstorm", "雷阵雨")
            default: ("unknown", "未知")
            }
        return language == "zh" ? words.zh : words.en
    }
}
