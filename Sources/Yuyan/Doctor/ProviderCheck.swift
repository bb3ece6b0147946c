import Conversation
import FoundationEssentials
import JSON
import Settings
import VoiceAPI
import WebClient

/// Asks every remote provider that is selected, or would be taken by itself, whether it can be reached and knows the key.
struct ProviderCheck {
    let settings: ServerSettings
    let client: WebClient

    private static let deadline = Duration.seconds(8)

    func findings() async -> [Finding] {
        let blocks = ["ASR", "LLM", "TTS"].flatMap { section in
            (settings.providers[section] ?? []).filter { block in
                !block.isEmbedded
                    && (settings.selected[section, default: []].contains(block.name) || block.hasKey)
            }.map { (section, $0) }
        }
        return await withTaskGroup(of: (Int, Finding).self) { group in
            for (index, (section, block)) in blocks.enumerated() {
                group.addTask { (index, await self.check(block, "\(section).\(block.name)")) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// The list of models is free, small, and wants the same key as everything else.
    private func check(_ block: ProviderSettings, _ subject: String) async -> Finding {
        guard ["openai", "ollama", "xinference"].contains(block.type) else {
            return Finding(
                .warning, subject, "type \(block.type) is not built yet", remedy: "the best that is there is taken")
        }
        let address = Self.modelsAddress(block)
        var request = WebRequest(method: "GET", url: address, firstByteTimeout: Self.deadline)
        request.authorize(with: block["api_key"])
        let clock = ContinuousClock()
        let start = clock.now
        do {
            _ = try await client.send(request, provider: block.name)
            return Finding(
                .good, subject, "answers in \(start.duration(to: clock.now).milliseconds) ms and knows the key")
        } catch {
            let took = start.duration(to: clock.now).milliseconds
            switch error.code {
            case .unauthorized:
                return Finding(
                    .bad, subject, "answers in \(took) ms and refuses the key", remedy: "check \(subject).api_key")
            case .invalidRequest:
                // A service without such a list is there all the same.
                return Finding(.good, subject, "answers in \(took) ms (it lists no models, so the key is untested)")
            case .rateLimited:
                return Finding(
                    .warning, subject, "answers in \(took) ms and asks to slow down", remedy: "check the quota")
            default:
                return Finding(
                    .bad, subject, "\(error.message) (after \(took) ms)",
                    remedy: "check the address \(address) and this machine's network")
            }
        }
    }

    private static func modelsAddress(_ block: ProviderSettings) -> String {
        var base = block["base_url"] ?? block["url"] ?? block["api_url"] ?? "https://api.openai.com/v1"
        for tail in ["/", "/audio/speech", "/audio/transcriptions", "/chat/completions"] where base.hasSuffix(tail) {
            base.removeLast(tail.count)
        }
        if block.type == "ollama", !base.hasSuffix("/v1") { base += "/v1" }
        return "\(base)/models"
    }
}
