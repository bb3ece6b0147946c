import JSON
import Testing
import VoiceAPI

@testable import Plugins

/// Every plugin with a back end asks it in its own wire format and reads its answer.
@Suite struct BackEndTests {
    @Test func `weather comes from Open-Meteo without a key`() async throws {
        let answers = [
            "/v1/search": #"{"results":[{"name":"Hangzhou","latitude":30.25,"longitude":120.17}]}"#,
            "/v1/forecast":
                #"{"current":{"weather_code":61,"temperature_2m":18.6,"apparent_temperature":1e300,"relative_humidity_2m":80,"wind_speed_10m":9.4},"daily":{"time":["2026-11-24"],"weather_code":[0],"temperature_2m_max":[21.2],"temperature_2m_min":[12.4]}}"#,
        ]
        try await StubBackEnd.run(answers) { stub in
            try await withPluginServices { services in
                let tools = WeatherPlugin.tools(
                    ["geocoding_url": .string(stub.base), "forecast_url": .string(stub.base)], services: services)
                let said = try await tools.call("get_weather", ["location": "杭州"])
                #expect(said.contains("Hangzhou: light rain, 19°C, feels like ?°C, humidity 80%, wind 9 km/h"))
                #expect(said.contains("2026-11-24: clear, 12 to 21°C"))
            }
            #expect(stub.requests[0].target.contains("name=%E6%9D%AD%E5%B7%9E&count=1"))
            #expect(stub.requests[1].target.contains("latitude=30.25&longitude=120.17"))
        }
    }

    @Test func `weather comes from QWeather with the owner's key in a header`() async throws {
        let answers = [
            "/geo/v2/city/lookup": #"{"code":"200","location":[{"name":"广州","id":"101280101"}]}"#,
            "/v7/weather/now":
                #"{"code":"200","now":{"text":"晴","temp":"28","feelsLike":"30","humidity":"60","windDir":"东风","windScale":"2"}}"#,
            "/v7/weather/7d":
                #"{"code":"200","daily":[{"fxDate":"2026-11-24","textDay":"多云","tempMin":"20","tempMax":"29"}]}"#,
        ]
        try await StubBackEnd.run(answers) { stub in
            try await withPluginServices { services in
                let tools = WeatherPlugin.tools(
                    ["api_host": .string(stub.base), "api_key": "secret-key"], services: services)
                let said = try await tools.call("get_weather", [:], language: "zh")
                #expect(said.contains("广州: 晴, 28°C") && said.contains("2026-11-24: 多云, 20 to 29°C"))
            }
            #expect(stub.requests.allSatisfy { $0.headers["x-qw-api-key"] == "secret-key" })
            #expect(stub.requests.allSatisfy { !$0.target.contains("secret-key") })
            #expect(stub.requests.dropFirst().allSatisfy { $0.target.contains("location=101280101") })
        }
    }

    @Test(arguments: [
        ("tavily", "/search", #"{"answer":"It is blue."}"#, "It is blue."),
        (
            "metaso", "/api/v1/search", #"{"webpages":[{"title":"Sky","summary":"It is blue.","date":"2026"}]}"#,
            "- Sky (2026): It is blue."
        ),
        ("tavily", "/search", #"{"answer":null,"results":[{"title":"Sky","content":"Blue."}]}"#, "- Sky: Blue."),
        ("tavily", "/search", #"{"answer":"","results":[]}"#, "nothing was found"),
        ("metaso", "/api/v1/search", #"{"webpages":[]}"#, "nothing was found"),
        ("searxng", "/search", #"{"results":[{"title":"Sky","content":"It is blue."}]}"#, "- Sky: It is blue."),
        ("searxng", "/search", #"{"results":[]}"#, "nothing was found"),
    ])
    func `each search engine is asked in its own way`(engine: String, path: String, body: String, words: String)
        async throws
    {
        try await StubBackEnd.run([path: body]) { stub in
            try await withPluginServices { services in
                let tools = try WebSearchPlugin.tools(
                    ["provider": .string(engine), "api_key": "k", "base_url": .string(stub.base)], services: services)
                #expect(try await tools.call("web_search", ["query": "why is the sky blue"]).contains(words))
            }
            let request = try #require(stub.requests.first)
            if engine == "searxng" {
                #expect(request.target.contains("q=why%20is%20the%20sky%20blue"))
            } else {
                #expect(request.headers["authorization"] == "Bearer k")
                #expect(request.body.contains("why is the sky blue"))
            }
        }
    }

    @Test func `RAGFlow is asked for chunks, and its complaint is told`() async throws {
        let answers = [
            "/api/v1/retrieval": #"{"code":0,"data":{"chunks":[{"content":"The key is under the mat."}]}}"#,
            "/bad/api/v1/retrieval": #"{"code":102,"message":"no such dataset"}"#,
        ]
        try await StubBackEnd.run(answers) { stub in
            try await withPluginServices { services in
                for (base, words) in [(stub.base, "under the mat"), (stub.base + "/bad", "no such dataset")] {
                    let tools = try RAGFlowPlugin.tools(
                        ["base_url": .string(base), "api_key": "k", "dataset_ids": ["d1"]], services: services)
                    #expect(
                        try await tools.call("search_from_ragflow", ["question": "where is the key"]).contains(words))
                }
            }
            #expect(stub.requests[0].body == #"{"question":"where is the key","dataset_ids":["d1"]}"#)
        }
    }

    @Test func `Home Assistant's states are read and its services called`() async throws {
        let answers = [
            "/api/states/light.kitchen": #"{"state":"on","attributes":{"brightness":128}}"#,
            "/api/services/light/turn_on": "[]", "/api/services/media_player/volume_set": "[]",
            "/api/services/cover/stop_cover": "[]", "/api/services/music_assistant/play_media": "[]",
        ]
        try await StubBackEnd.run(answers) { stub in
            try await withPluginServices { services in
                let tools = try HomeAssistantPlugin.tools(
                    ["base_url": .string(stub.base), "api_key": "k", "devices": ["kitchen,lamp,light.kitchen"]],
                    services: services)
                #expect(tools[0].description.summary.contains("kitchen,lamp,light.kitchen"))
                #expect(
                    try await tools.call("hass_get_state", ["entity_id": "light.kitchen"]).contains("brightness: 128"))
                _ = try await tools.call(
                    "hass_set_state",
                    ["entity_id": "light.kitchen", "state": ["type": "brightness_value", "input": 40]])
                _ = try await tools.call(
                    "hass_set_state", ["entity_id": "media_player.tv", "state": ["type": "volume_set", "input": 30]])
                _ = try await tools.call("hass_set_state", ["entity_id": "cover.blind", "state": ["type": "pause"]])
                _ = try await tools.call(
                    "hass_play_music", ["entity_id": "media_player.tv", "media_content_id": "Abbey Road"])
                let trick = try await tools.call("hass_get_state", ["entity_id": "../../api/config"])
                #expect(trick.contains("is no entity_id"))
            }
            #expect(
                stub.requests.map(\.body).dropFirst() == [
                    #"{"entity_id":"light.kitchen","brightness_pct":40}"#,
                    #"{"entity_id":"media_player.tv","volume_level":0.3}"#, #"{"entity_id":"cover.blind"}"#,
                    #"{"entity_id":"media_player.tv","media_id":"Abbey Road"}"#,
                ])
            #expect(stub.requests.allSatisfy { $0.headers["authorization"] == "Bearer k" })
        }
    }

    @Test func `news comes from a feed, and more of it on request`() async throws {
        try await StubBackEnd.run([
            "/rss":
                #"<rss><channel><item><title><![CDATA[A bridge opened]]></title><link>LINK</link><description>It is &lt;long&gt;.</description></item></channel></rss>"#
        ]) { stub in
            try await withPluginServices { services in
                let tools = ChinaNewsPlugin.tools(["default_rss_url": .string(stub.base + "/rss")], services: services)
                #expect(
                    try await tools.call("get_news_from_chinanews", ["detail": true]).contains("no news was told yet"))
                let news = try await tools.call("get_news_from_chinanews", [:])
                #expect(news.contains("1. A bridge opened It is <long>."))
                let more = try await tools.call("get_news_from_chinanews", ["detail": true])
                #expect(more.contains("there is no more about A bridge opened"))
            }
        }
    }

    @Test func `news comes from NewsNow, by source, and a page is read on request`() async throws {
        let answers = [
            "/api/s": #"{"status":"success","items":[{"id":"1","title":"A tower leans","url":"{base}/tower"}]}"#,
            "/tower": "<html><body><script>track()</script><p>It leans by <b>one</b> degree.</p></body></html>",
        ]
        try await StubBackEnd.run(answers) { stub in
            try await withPluginServices { services in
                let tools = NewsNowPlugin.tools(
                    ["url": .string(stub.base + "/api/s?id="), "news_sources": "thepaper; zhihu"], services: services)
                #expect(
                    try await tools.call("get_news_from_newsnow", ["category": "zhihu"]).contains("1. A tower leans"))
                _ = try await tools.call("get_news_from_newsnow", ["category": "../secret"])
                let more = try await tools.call("get_news_from_newsnow", ["detail": true])
                #expect(more.contains("It leans by one degree.") && !more.contains("track"))
            }
            #expect(stub.requests.map(\.target) == ["/api/s?id=zhihu", "/api/s?id=thepaper", "/tower"])
        }
    }

    @Test func `each kind of news has its own feed, and a feed without news says so`() async throws {
        let answers = [
            "/world": "<rss><channel><item><title>Peace</title></item></channel></rss>", "/finance": "<rss></rss>",
        ]
        try await StubBackEnd.run(answers) { stub in
            try await withPluginServices { (services: PluginServices) async throws in
                let tools = ChinaNewsPlugin.tools(
                    [
                        "world_rss_url": .string(stub.base + "/world"),
                        "finance_rss_url": .string(stub.base + "/finance"),
                    ], services: services)
                let name = "get_news_from_chinanews"
                #expect(try await tools.call(name, ["category": "world"]).contains("1. Peace"))
                #expect(try await tools.call(name, ["category": "finance"]).contains("there is no news right now"))
            }
        }
    }

    @Test func `QWeather's unknown place is told, and a wrong key names the setting`() async throws {
        let answers = [
            "/a/geo/v2/city/lookup": #"{"code":"404"}"#, "/b/geo/v2/city/lookup": #"{"code":"401"}"#,
        ]
        try await StubBackEnd.run(answers) { stub in
            try await withPluginServices { (services: PluginServices) async throws in
                func ask(_ path: String) async throws -> String {
                    try await WeatherPlugin.tools(
                        ["api_host": .string(stub.base + path), "api_key": "secret-key"], services: services
                    ).call("get_weather", ["location": "Nowhere"])
                }
                #expect(try await ask("/a").contains("no place named Nowhere was found"))
                let error = await #expect(throws: ProviderError.self) { try await ask("/b") }
                #expect(error?.code == .unauthorized)
                #expect(error.map { "\($0)" }?.contains("plugins.get_weather.api_key") == true)
                #expect(error.map { "\($0)" }?.contains("secret-key") == false)
            }
        }
    }

    @Test func `a page is read without its scripts`() {
        let page =
            "<html><head><title>x</title></head><body><script>var a = '<b>';</script><p>One &amp; <b>two</b></p></body></html>"
        #expect(FeedReader.words(in: page, limit: 100) == "One & two")
    }

    @Test func `a wrong key, garbage and a missing place are told to the model`() async throws {
        try await StubBackEnd.run(["/v1/search": "{}", "/search": "<html>"]) { stub in
            try await withPluginServices { services in
                let weather = WeatherPlugin.tools(
                    ["geocoding_url": .string(stub.base), "forecast_url": .string(stub.base)], services: services)
                #expect(
                    try await weather.call("get_weather", ["location": "Nowhere"]).contains("no place named Nowhere"))
                let search = try WebSearchPlugin.tools(
                    ["provider": "tavily", "api_key": "k", "base_url": .string(stub.base)], services: services)
                await #expect(throws: ProviderError.self) { try await search.call("web_search", ["query": "x"]) }
            }
        }
    }

    @Test func `plugins that lack a setting are named, the others work`() async throws {
        try await withPluginServices { services in
            let selection = PluginSelection(
                settings: ["web_search": ["provider": "tavily", "api_key": "你的key"]],
                functions: ["web_search", "calculate"],
                services: services)
            #expect(selection.problems == ["web_search: set plugins.web_search.api_key"])
            #expect(selection.names.contains("calculate") && selection.names.contains("handle_exit_intent"))
            #expect(!selection.names.contains("get_weather"))
        }
    }

    @Test func `the owner's description of a plugin reaches the model, whatever words are in it`() async throws {
        try await withPluginServices { services in
            let words = "当用户说“你会算术吗”时使用"
            let selection = PluginSelection(
                settings: ["calculate": ["description": .string(words)]], functions: ["calculate"], services: services)
            #expect(selection.tools.first { $0.description.name == "calculate" }?.description.summary == words)
        }
    }
}
