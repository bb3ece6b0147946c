package import JSON
package import VoiceAPI

/// `get_weather`. Settings: `api_host`, `api_key` (QWeather, the owner's own key), `default_location`; without a key
/// Open-Meteo answers, which needs none. `geocoding_url` and `forecast_url` name another Open-Meteo.
package struct WeatherPlugin: ServerPlugin {
    package static let name = "get_weather"

    package static func tools(_ settings: JSON, services: PluginServices) -> [any Tool] {
        let place = settings.setting("default_location") ?? "广州"
        if let host = settings.setting("api_host"), let key = settings.setting("api_key") {
            let base = host.contains("://") ? host.withoutSlash : "https://\(host.withoutSlash)"
            return [WeatherTool(source: QWeather(base: base, key: key, services: services), defaultPlace: place)]
        }
        let source = OpenMeteo(
            geocoding: settings.setting("geocoding_url")?.withoutSlash ?? "https://geocoding-api.open-meteo.com",
            forecast: settings.setting("forecast_url")?.withoutSlash ?? "https://api.open-meteo.com", services: services
        )
        return [WeatherTool(source: source, defaultPlace: place)]
    }
}

/// Where weather comes from.
protocol WeatherSource: Sendable {
    /// - Returns: the weather now and the days to come in words; nil when there is no such place.
    func report(for place: String, language: String) async throws -> String?
}

private struct WeatherTool: Tool {
    let source: any WeatherSource
    let defaultPlace: String

    let description = ToolDescription(
        name: WeatherPlugin.name, summary: "The weather of a place: now and the next days.",
        parameters: Schema.object(
            Schema.text("location", "The city, as the user says it; leave it out for home", required: false),
            Schema.text("lang", "The user's language code, for example zh_CN or en_US", required: false)))

    func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult {
        let asked = arguments["location"]?.string ?? ""
        let place = asked.isEmpty ? defaultPlace : asked
        let language = arguments["lang"]?.string.map { String($0.prefix(2)) } ?? context.language ?? "zh"
        guard let report = try await source.report(for: place, language: language) else {
            return .failure("no place named \(place) was found")
        }
        return .inform(report)
    }
}
