import FoundationEssentials
import EspeakProvider
import Inference
import JSON
import OfflineSkills
import OpenAIProvider
import Conversation
import Settings
import VoiceAPI
import WebClient

/// Makes one provider from one block of the configuration. A new provider family is one more `case` here and its name
/// in `ProviderCatalog`.
struct ProviderFactory: Sendable {
    /// What every provider of this process shares, whatever the configuration says.
    struct House: Sendable {
        var client: WebClient
        var pool: WorkerPool
        var models: LoadedModels
        var skills: SkillsModel
    }

    let settings: ServerSettings
    /// The working directory, which model folders are relative to.
    let directory: String
    let house: House

    var client: WebClient { house.client }
    var skills: SkillsModel { house.skills }

    /// Why a block cannot be used, for the start banner.
    struct Unusable: Error, Hashable {
        var reason: String
    }

    // MARK: - Speech recognition

    /// - Throws: `Unusable`, or what the native library says of a model that is there.
    func recognizer(_ block: ProviderSettings) async throws -> any SpeechRecognizer {
        switch block.type {
        case "openai":
            try checkKey(block)
            var configuration = OpenAITranscription.Configuration(
                name: block.name, url: block["base_url"] ?? "https://api.openai.com/v1", apiKey: block["api_key"])
            configuration.model = block["model_name"] ?? configuration.model
            configuration.firstByteTimeout = block.firstOutputTimeout ?? configuration.firstByteTimeout
            return OpenAITranscription(configuration: configuration, client: client)
        case "sherpa_onnx_local", "fun_local":
            guard let folder = modelFolder(of: block) else {
                throw Unusable(reason: "the model folder of \(block.name) is not there")
            }
            // A model that was replaced in its folder is another one.
            let stamp = FileStamp.of("\(folder)/tokens.txt").map { "\($0)" } ?? ""
            let (name, pool) = (block.name, house.pool)
            if block.flag("streaming") {
                let wanted = SherpaOnlineRecognizer.Configuration(
                    name: name, modelDirectory: folder, language: block["language"])
                return try await house.models.recognizer("\(wanted) \(stamp)") { () throws(ProviderError) in
                    try SherpaOnlineRecognizer(configuration: wanted, pool: pool)
                }
            }
            let language = block["language"].flatMap { $0 == "auto" ? nil : $0 }
            let wanted = SherpaOfflineRecognizer.Configuration(name: name, modelDirectory: folder, language: language)
            return try await house.models.recognizer("\(wanted) \(stamp)") { () throws(ProviderError) in
                try SherpaOfflineRecognizer(configuration: wanted, pool: pool)
            }
        case "pocketsphinx": return try await embeddedRecognizer()
        default: throw notBuilt(block)
        }
    }

    /// The recognizer that is always there: the skills' commands in English.
    func embeddedRecognizer() async throws -> any SpeechRecognizer {
        let block = settings.providers["ASR"]?.first { $0.type == "pocketsphinx" }
        let wanted = PocketSphinxRecognizer.Configuration(
            grammar: skills.grammar, useGeneralModel: block?.flag("use_general_model") ?? false)
        return try await house.models.recognizer("\(wanted)") { [pool = house.pool] () throws(ProviderError) in
            try PocketSphinxRecognizer(configuration: wanted, pool: pool)
        }
    }

    /// The model folder of a block, when it holds a model.
    func modelFolder(of block: ProviderSettings) -> String? {
        guard let path = block["model_dir"] else { return nil }
        let full = path.hasPrefix("/") ? path : "\(directory)/\(path)"
        return FileManager.default.fileExists(atPath: "\(full)/tokens.txt") ? full : nil
    }

    // MARK: - Language model

    func languageModel(_ block: ProviderSettings) async throws -> any LanguageModel {
        switch block.type {
        case "openai", "xinference":
            try checkKey(block)
            return chat(block, base: block["base_url"] ?? block["url"] ?? "https://api.openai.com/v1")
        case "ollama":
            let base = ollamaAddress(block)
            guard let model = block["model_name"] else {
                guard let first = await ollamaModels(base).first else {
                    throw Unusable(reason: "no Ollama with a model answers at \(base)")
                }
                return chat(block, base: base.withV1, model: first)
            }
            return chat(block, base: base.withV1, model: model)
        case "skills": return skills
        default: throw notBuilt(block)
        }
    }

    func ollamaAddress(_ block: ProviderSettings) -> String { block["base_url"] ?? "http://127.0.0.1:11434" }

    /// The models of an Ollama, empty when none runs there.
    func ollamaModels(_ base: String) async -> [String] {
        let request = WebRequest(method: "GET", url: "\(base)/api/tags", firstByteTimeout: .milliseconds(500))
        guard let answer = try? await client.send(request, provider: "Ollama"), let json = try? JSON(parsing: answer)
        else {
            return []
        }
        return json["models"]?.array?.compactMap { $0["name"]?.string } ?? []
    }

    /// Whether the service of a block that nobody selected is there: one on this machine must answer, because a sample
    /// configuration has keys for such services too. Of one elsewhere its key tells enough.
    func isThere(_ block: ProviderSettings) async -> Bool {
        guard let address = block["base_url"] ?? block["api_url"] ?? block["url"],
            let host = URL(string: address)?.host(), ["localhost", "127.0.0.1", "::1"].contains(host)
        else { return true }
        let request = WebRequest(method: "GET", url: address, firstByteTimeout: .milliseconds(500))
        do {
            _ = try await client.send(request, provider: block.name)
        } catch {
            return ![.unavailable, .timedOut].contains(error.code)
        }
        return true
    }

    private func chat(_ block: ProviderSettings, base: String, model: String? = nil) -> any LanguageModel {
        var configuration = OpenAIChatModel.Configuration(
            name: block.name, baseURL: base, apiKey: block["api_key"],
            model: model ?? block["model_name"] ?? "gpt-4o-mini")
        configuration.temperature = block.number("temperature")
        configuration.maxTokens = block.integer("max_tokens")
        configuration.topP = block.number("top_p")
        configuration.frequencyPenalty = block.number("frequency_penalty")
        // Ollama has no switch for it; the reference server writes this word too.
        configuration.marksNoThinking = block.type == "ollama" && configuration.model.hasPrefix("qwen3")
        configuration.firstByteTimeout = block.firstOutputTimeout ?? configuration.firstByteTimeout
        let chat = OpenAIChatModel(configuration: configuration, client: client)
        return block["tool_calls"] == "prompted" ? PromptedToolsModel(chat) : chat
    }

    // MARK: - Voice

    func voice(_ block: ProviderSettings) throws -> any SpeechSynthesizer {
        switch block.type {
        case "openai":
            try checkKey(block)
            var configuration = OpenAISpeech.Configuration(
                name: block.name, url: block["api_url"] ?? block["base_url"] ?? "https://api.openai.com/v1",
                apiKey: block["api_key"])
            configuration.model = block["model"] ?? configuration.model
            configuration.voice = block["voice"] ?? configuration.voice
            configuration.format = block["format"] ?? configuration.format
            configuration.speed = block.number("speed") ?? configuration.speed
            configuration.pcmRate = block.integer("sample_rate") ?? configuration.pcmRate
            configuration.firstByteTimeout = block.firstOutputTimeout ?? configuration.firstByteTimeout
            return OpenAISpeech(configuration: configuration, client: client)
        case "espeak": return EspeakSynthesizer()
        default: throw notBuilt(block)
        }
    }

    // MARK: - What makes a block unusable

    private func checkKey(_ block: ProviderSettings) throws(Unusable) {
        guard block.hasKey || block.isInTheHouse else { throw Unusable(reason: "\(block.name) has no key") }
    }

    private func notBuilt(_ block: ProviderSettings) -> Unusable {
        Unusable(reason: "\(block.name) is of type \(block.type), which is not built yet")
    }
}

extension String {
    /// Ollama's OpenAI-compatible endpoint.
    fileprivate var withV1: String {
        let base = hasSuffix("/") ? String(dropLast()) : self
        return base.hasSuffix("/v1") ? base : base + "/v1"
    }
}
