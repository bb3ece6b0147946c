import Conversation
import EspeakProvider
import FoundationEssentials
import Inference
import JSON
import OfflineSkills
import OpenAIProvider
import Settings
import VoiceAPI
import WebClient

/// Picks a provider for each stage: what the owner named, else the best that is there.
struct ProviderSelector {
    let settings: ServerSettings
    /// The working directory, which model folders are relative to.
    let directory: String
    let client: WebClient
    let pool: WorkerPool
    let skills: SkillsModel

    // MARK: - Speech recognition

    func recognizer() throws -> (any SpeechRecognizer, ProviderChoice) {
        let types = ["openai", "pocketsphinx", "sherpa_onnx_local", "fun_local"]
        let (block, why) = pick(
            "ASR", usable: { types.contains($0.type) }, hasKey: { $0.type == "openai" && $0["api_key"] != nil })
        if let block, block.type == "openai" {
            var configuration = OpenAITranscription.Configuration(
                name: block.name, url: block["base_url"] ?? "https://api.openai.com/v1", apiKey: block["api_key"])
            configuration.model = block["model_name"] ?? configuration.model
            return (
                OpenAITranscription(configuration: configuration, client: client), choice("ASR", block.name, why)
            )
        }
        if let block, isSherpa(block) {
            if folder(of: block) != nil { return (try sherpa(block), choice("ASR", block.name, why)) }
            return try embedded("the model folder of \(block.name) is not there")
        }
        if block == nil, let local = settings.providers["ASR"]?.first(where: { isSherpa($0) && folder(of: $0) != nil })
        {
            return (try sherpa(local), choice("ASR", local.name, "its model folder is there"))
        }
        return try embedded(why ?? "no key is configured")
    }

    private func embedded(_ why: String) throws -> (any SpeechRecognizer, ProviderChoice) {
        let block = settings.providers["ASR"]?.first { $0.type == "pocketsphinx" }
        let recognizer = try PocketSphinxRecognizer(
            configuration: .init(
                grammar: skills.grammar, useGeneralModel: block?.flag("use_general_model") ?? false), pool: pool)
        return (recognizer, choice("ASR", recognizer.name, "\(why): embedded, English commands"))
    }

    private func isSherpa(_ block: ProviderSettings) -> Bool {
        block.type == "sherpa_onnx_local" || block.type == "fun_local"
    }

    /// The model folder of a block, when it holds a model.
    private func folder(of block: ProviderSettings) -> String? {
        guard let path = block["model_dir"] else { return nil }
        let full = path.hasPrefix("/") ? path : "\(directory)/\(path)"
        return FileManager.default.fileExists(atPath: "\(full)/tokens.txt") ? full : nil
    }

    private func sherpa(_ block: ProviderSettings) throws -> any SpeechRecognizer {
        let path = folder(of: block) ?? ""
        if block.flag("streaming") {
            return try SherpaOnlineRecognizer(
                configuration: .init(name: block.name, modelDirectory: path, language: block["language"]), pool: pool)
        }
        let language = block["language"].flatMap { $0 == "auto" ? nil : $0 }
        return try SherpaOfflineRecognizer(
            configuration: .init(name: block.name, modelDirectory: path, language: language), pool: pool)
    }

    // MARK: - Language model

    /// - Parameter named: a block to take instead of the selected ones.
    func languageModel(named: String? = nil) async -> (any LanguageModel, ProviderChoice) {
        let types = ["openai", "ollama", "xinference", "skills"]
        let (block, why) = pick(
            "LLM", named: named, usable: { types.contains($0.type) },
            hasKey: { $0.type == "openai" && $0["api_key"] != nil })
        if let block, block.type == "openai" || block.type == "xinference" {
            return (
                chat(block, base: block["base_url"] ?? block["url"] ?? "https://api.openai.com/v1"),
                choice("LLM", block.name, why)
            )
        }
        let ollama = block?.type == "ollama" ? block : settings.providers["LLM"]?.first { $0.type == "ollama" }
        if block == nil || block?.type == "ollama", let ollama {
            let base = ollama["base_url"] ?? "http://127.0.0.1:11434"
            if let model = ollama["model_name"] {
                if block != nil { return (chat(ollama, base: base.withV1), choice("LLM", ollama.name, why)) }
                if await ollamaModels(base).contains(model) {
                    return (
                        chat(ollama, base: base.withV1), choice("LLM", ollama.name, "Ollama runs here with \(model)")
                    )
                }
            } else if let model = await ollamaModels(base).first {
                return (
                    chat(ollama, base: base.withV1, model: model),
                    choice("LLM", ollama.name, "Ollama runs here with \(model)")
                )
            }
        }
        return (
            skills,
            choice("LLM", skills.name, "\(why ?? "no key is configured and no Ollama runs here"): embedded skills")
        )
    }

    private func chat(_ block: ProviderSettings, base: String, model: String? = nil) -> any LanguageModel {
        var configuration = OpenAIChatModel.Configuration(
            name: block.name, baseURL: base, apiKey: block["api_key"],
            model: model ?? block["model_name"] ?? "gpt-4o-mini")
        configuration.temperature = block.number("temperature")
        configuration.maxTokens = block.integer("max_tokens")
        configuration.topP = block.number("top_p")
        configuration.frequencyPenalty = block.number("frequency_penalty")
        let chat = OpenAIChatModel(configuration: configuration, client: client)
        return block["tool_calls"] == "prompted" ? PromptedToolsModel(chat) : chat
    }

    /// The models of an Ollama, empty when none runs there.
    private func ollamaModels(_ base: String) async -> [String] {
        let request = WebRequest(method: "GET", url: "\(base)/api/tags", firstByteTimeout: .milliseconds(500))
        guard let answer = try? await client.send(request, provider: "Ollama"), let json = try? JSON(parsing: answer)
        else {
            return []
        }
        return json["models"]?.array?.compactMap { $0["name"]?.string } ?? []
    }

    // MARK: - Voice

    func voice() -> (any SpeechSynthesizer, ProviderChoice) {
        let (block, why) = pick(
            "TTS", usable: { ["openai", "espeak"].contains($0.type) },
            hasKey: { $0.type == "openai" && $0["api_key"] != nil })
        if let block, block.type == "openai" {
            var configuration = OpenAISpeech.Configuration(
                name: block.name, url: block["api_url"] ?? block["base_url"] ?? "https://api.openai.com/v1",
                apiKey: block["api_key"])
            configuration.model = block["model"] ?? configuration.model
            configuration.voice = block["voice"] ?? configuration.voice
            configuration.format = block["format"] ?? configuration.format
            configuration.speed = block.number("speed") ?? configuration.speed
            return (OpenAISpeech(configuration: configuration, client: client), choice("TTS", block.name, why))
        }
        let voice = EspeakSynthesizer()
        return (voice, choice("TTS", voice.name, "\(why ?? "no key is configured"): embedded"))
    }

    // MARK: - Choosing

    /// The first block named by the owner that can be used, else the first with a key.
    ///
    /// - Returns: why; for no block, why the named one was not taken.
    private func pick(
        _ section: String, named: String? = nil, usable: (ProviderSettings) -> Bool, hasKey: (ProviderSettings) -> Bool
    ) -> (ProviderSettings?, String?) {
        var reason: String?
        for name in named.map({ [$0] }) ?? settings.selected[section] ?? [] {
            guard let block = settings.provider(section, name) else {
                reason = "\(name) is selected but not configured"
                continue
            }
            guard usable(block) else {
                reason = "\(name) is of type \(block.type), which is not built yet"
                continue
            }
            guard block.type != "openai" || block["api_key"] != nil || isLocal(block) else {
                reason = "\(name) has no key"
                continue
            }
            return (block, "selected")
        }
        if let block = settings.providers[section]?.first(where: hasKey) {
            return (block, reason.map { "\($0); a key for this one is configured" } ?? "a key is configured")
        }
        return (nil, reason)
    }

    /// A server in the house needs no key.
    private func isLocal(_ block: ProviderSettings) -> Bool {
        let url = block["base_url"] ?? block["url"] ?? block["api_url"] ?? ""
        return url.hasPrefix("http://")
    }

    private func choice(_ stage: String, _ name: String, _ reason: String?) -> ProviderChoice {
        ProviderChoice(stage: stage, name: name, reason: reason ?? "")
    }
}

extension String {
    /// Ollama's OpenAI-compatible endpoint.
    fileprivate var withV1: String {
        let base = hasSuffix("/") ? String(dropLast()) : self
        return base.hasSuffix("/v1") ? base : base + "/v1"
    }
}
