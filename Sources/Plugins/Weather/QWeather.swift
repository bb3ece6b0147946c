import JSON
import VoiceAPI

/// QWeather's own API, with the owner's host and key.
struct QWeather: WeatherSource {
    let base: String
    let key: String
    let services: PluginServices

    func report(for place: String, language: String) async throws -> String? {
        let cities = try await ask("/geo/v2/city/lookup?location=\(place.percentEncoded)&lang=\(language)")
        guard let city = cities["location"]?[0], let id = city["id"]?.string else { return nil }
        async let nowAnswer = ask("/v7/weather/now?location=\(id)&lang=\(language)")
        async let daysAnswer = ask("/v7/weather/7d?location=\(id)&lang=\(language)")
        let (now, days) = (try await nowAnswer["now"], try await daysAnswer["daily"]?.array ?? [])
        guard let now else {
            throw ProviderError(.invalidResponse, provider: WeatherPlugin.name, message: "QWeather told no weather")
        }
        func text(_ json: JSON, _ key: String) -> String { json[key]?.string ?? "?" }
        var lines = [
            "\(text(city, "name")): \(text(now, "text")), \(text(now, "temp"))°C, feels like \(text(now, "feelsLike"))°C, humidity \(text(now, "humidity"))%, wind \(text(now, "windDir")) \(text(now, "windScale"))"
        ]
        for day in days.prefix(7) {
            lines.append(
                "\(text(day, "fxDate")): \(text(day, "textDay")), \(text(day, "tempMin")) to \(text(day, "tempMax"))°C")
        }
        return lines.joined(separator: "\n")
    }

    private func ask(_ path: String) async throws -> JSON {
        let answer = try await services.json(
            base + path, provider: WeatherPlugin.name, headers: [("X-QW-Api-Key", key)], timeout: .seconds(10))
        // 404 is "no such place", told by the missing list.
        if let code = answer["code"]?.string, code != "200", code != "404" {
            throw ProviderError(
                code == "401" || code == "403" ? .unauthorized : .unavailable, provider: WeatherPlugin.name,
                message: "QWeather answered code \(code); check plugins.get_weather.api_key and api_host")
        }
        return answer
    }
}
