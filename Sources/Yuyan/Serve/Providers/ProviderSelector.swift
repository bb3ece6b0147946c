import Flow
import EspeakProvider
import Logging
import OfflineSkills
import Resilience
import Settings
import VoiceAPI

/// Picks what each stage runs on: what the owner named, in that order and with fallbacks, else the best that is there.
struct ProviderSelector: Sendable {
    let factory: ProviderFactory
    let chains: ProviderChains

    /// A stage's provider as the composition root takes it.
    struct Selection<Provider: Sendable>: Sendable {
        var provider: Provider
        var choice: ProviderChoice
        /// How long all its links together may take to their first output; nil for a part in this process.
        var patience: Duration?
    }

    private var settings: ServerSettings { factory.settings }

    // MARK: - The three stages

    func recognizer() async throws -> Selection<any SpeechRecognizer> {
        let chosen = await candidates("ASR", make: factory.recognizer)
        if let chain = chains.recognizer(chosen.links) { return selection("ASR", chain, chosen) }
        let local = settings.providers["ASR"]?.first {
            ["sherpa_onnx_local", "fun_local"].contains($0.type) && factory.modelFolder(of: $0) != nil
        }
        if settings.selected["ASR", default: []].isEmpty, let local {
            return embedded("ASR", try await factory.recognizer(local), local.name, "its model folder is there")
        }
        let recognizer = try await factory.embeddedRecognizer()
        return embedded(
            "ASR", recognizer, recognizer.name, "\(chosen.why ?? "no key is configured"): embedded, English commands")
    }

    /// - Parameter named: a block to take instead of the selected ones.
    func languageModel(named: String? = nil) async -> Selection<any LanguageModel> {
        let chosen = await candidates("LLM", named: named, make: factory.languageModel)
        if let chain = chains.languageModel(chosen.links) { return selection("LLM", chain, chosen) }
        if named == nil, settings.selected["LLM", default: []].isEmpty,
            let block = settings.providers["LLM"]?.first(where: { $0.type == "ollama" })
        {
            let models = await factory.ollamaModels(factory.ollamaAddress(block))
            if let model = block["model_name"] ?? models.first, models.contains(model),
                let made = try? await factory.languageModel(block)
            {
                let link = ProviderChains.Link(provider: made, block: block)
                if let chain = chains.languageModel([link]) {
                    return Selection(
                        provider: chain.provider,
                        choice: choice("LLM", block.name, "Ollama runs here with \(model)"), patience: chain.patience)
                }
            }
        }
        return embedded(
            "LLM", factory.skills, factory.skills.name,
            "\(chosen.why ?? "no key is configured and no Ollama runs here"): embedded skills")
    }

    func voice() async throws -> Selection<any SpeechSynthesizer> {
        let chosen = await candidates("TTS", make: factory.voice)
        if let chain = chains.voice(chosen.links) { return selection("TTS", chain, chosen) }
        let voice = chains.embeddedVoice
        return embedded("TTS", voice, voice.name, "\(chosen.why ?? "no key is configured"): embedded")
    }

    // MARK: - Choosing

    private struct Candidates<Provider: Sendable> {
        var links: [ProviderChains.Link<Provider>] = []
        /// Why these, or why none.
        var why: String?
    }

    /// The blocks the owner named that can be used, else the first one with a key.
    private func candidates<Provider: Sendable>(
        _ section: String, named: String? = nil, make: (ProviderSettings) async throws -> Provider
    ) async -> Candidates<Provider> {
        var result = Candidates<Provider>()
        var reasons: [String] = []
        let names = named.map { [$0] } ?? settings.selected[section] ?? []
        for name in names {
            guard let block = settings.provider(section, name) else {
                reasons.append("\(name) is selected but not configured")
                continue
            }
            do {
                result.links.append(.init(provider: try await make(block), block: block))
            } catch let error as ProviderFactory.Unusable {
                reasons.append(error.reason)
            } catch {
                reasons.append("\(name) cannot be used: \(error)")
            }
        }
        if !result.links.isEmpty {
            result.why = (["selected"] + reasons).joined(separator: "; ")
            return result
        }
        for block in settings.providers[section] ?? [] where block.type == "openai" && block.hasKey {
            guard await factory.isThere(block), let provider = try? await make(block) else { continue }
            result.links = [.init(provider: provider, block: block)]
            result.why = (reasons + ["a key for this one is configured"]).joined(separator: "; ")
            return result
        }
        result.why = reasons.isEmpty ? nil : reasons.joined(separator: "; ")
        return result
    }

    private func selection<Provider: Sendable, Made: Sendable>(
        _ stage: String, _ chain: ProviderChains.Chain<Provider>, _ chosen: Candidates<Made>
    ) -> Selection<Provider> {
        Selection(
            provider: chain.provider, choice: choice(stage, chain.name, chosen.why ?? ""), patience: chain.patience)
    }

    private func embedded<Provider: Sendable>(
        _ stage: String, _ provider: Provider, _ name: String, _ reason: String
    ) -> Selection<Provider> {
        Selection(provider: provider, choice: choice(stage, name, reason), patience: nil)
    }

    private func choice(_ stage: String, _ name: String, _ reason: String) -> ProviderChoice {
        ProviderChoice(stage: stage, name: name, reason: reason)
    }
}
