package import JSON
import Synchronization
package import VoiceAPI
import WebClient

/// `get_news_from_chinanews`: RSS feeds. Settings: `default_rss_url`, `society_rss_url`, `world_rss_url`,
/// `finance_rss_url`.
package struct ChinaNewsPlugin: ServerPlugin {
    package static let name = "get_news_from_chinanews"

    package static func tools(_ settings: JSON, services: PluginServices) -> [any Tool] {
        let base = "https://www.chinanews.com.cn/rss"
        let feeds = [
            "": settings.setting("default_rss_url") ?? "\(base)/society.xml",
            "society": settings.setting("society_rss_url") ?? "\(base)/society.xml",
            "world": settings.setting("world_rss_url") ?? "\(base)/world.xml",
            "finance": settings.setting("finance_rss_url") ?? "\(base)/finance.xml",
        ]
        return [
            NewsTool(
                name: name, categories: ["society", "world", "finance"], services: services,
                load: { category, web in
                    let url = feeds[category] ?? feeds[""] ?? ""
                    let bytes = try await web.send(
                        WebRequest(method: "GET", url: url, firstByteTimeout: .seconds(10)), provider: name,
                        limit: 2 << 20)
                    return FeedReader.items(in: String(decoding: bytes, as: UTF8.self))
                })
        ]
    }
}

/// `get_news_from_newsnow`: a NewsNow server. Settings: `url`, `news_sources` (its ids, separated by `;`).
package struct NewsNowPlugin: ServerPlugin {
    package static let name = "get_news_from_newsnow"

    package static func tools(_ settings: JSON, services: PluginServices) -> [any Tool] {
        let url = settings.setting("url") ?? "https://newsnow.busiyi.world/api/s?id="
        let sources = (settings.setting("news_sources") ?? "thepaper;baidu;cls-hot").split(separator: ";")
            .map { $0.filter { !$0.isWhitespace } }
        return [
            NewsTool(
                name: name, categories: sources, services: services,
                load: { source, _ in
                    let id = sources.contains(source) ? source : sources.first ?? ""
                    let answer = try await services.json(
                        "\(url)\(id.percentEncoded)", provider: name, timeout: .seconds(10))
                    return (answer["items"]?.array ?? []).prefix(50).map {
                        FeedReader.Item(
                            title: $0["title"]?.string ?? "", link: $0["url"]?.string ?? "", summary: "")
                    }
                })
        ]
    }
}

/// Tells the news; with `detail` more of the last one that was told to this device.
private final class NewsTool: Tool {
    private let categories: [String]
    private let name: String
    private let services: PluginServices
    private let load: @Sendable (String, WebClient) async throws -> [FeedReader.Item]
    /// The last item by device; bounded, the oldest device is forgotten first.
    private let told = Mutex<[(device: String, item: FeedReader.Item)]>([])

    private static let devicesRemembered = 1000
    private static let headlines = 5

    init(
        name: String, categories: [String], services: PluginServices,
        load: @escaping @Sendable (String, WebClient) async throws -> [FeedReader.Item]
    ) {
        self.name = name
        self.categories = categories
        self.services = services
        self.load = load
    }

    var description: ToolDescription {
        ToolDescription(
            name: name, summary: "Today's news; with detail more about the news told last.",
            parameters: [
                "type": "object",
                "properties": [
                    "category": [
                        "type": "string", "description": .string("One of: \(categories.joined(separator: ", "))"),
                    ],
                    "detail": ["type": "boolean", "description": "true: more about the last one"],
                ],
            ])
    }

    func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult {
        if arguments["detail"] == true { return try await detail(context.deviceID) }
        let items = try await load(arguments["category"]?.string ?? "", services.web)
        guard !items.isEmpty else { return .failure("there is no news right now") }
        let chosen = Array(items.shuffled().prefix(Self.headlines))
        if let first = chosen.first { remember(first, for: context.deviceID) }
        return .inform(
            chosen.enumerated().map { "\($0 + 1). \($1.title) \($1.summary.prefix(300))" }.joined(separator: "\n"))
    }

    private func remember(_ item: FeedReader.Item, for device: String) {
        told.withLock { told in
            told.removeAll { $0.device == device }
            told.append((device, item))
            if told.count > Self.devicesRemembered { told.removeFirst() }
        }
    }

    private func detail(_ device: String) async throws -> ToolResult {
        guard let item = told.withLock({ $0.first { $0.device == device }?.item }) else {
            return .failure("no news was told yet")
        }
        guard item.link.hasPrefix("https://") || item.link.hasPrefix("http://") else {
            return .failure("there is no more about \(item.title)")
        }
        let bytes = try await services.web.send(
            WebRequest(method: "GET", url: item.link, firstByteTimeout: .seconds(10)), provider: name, limit: 2 << 20)
        return .inform("\(item.title)\n\(FeedReader.words(in: String(decoding: bytes, as: UTF8.self), limit: 4000))")
    }
}
