import FoundationEssentials
import Synchronization
import VoiceAPI

/// Decoders of one kind: made when the first job needs one, kept for the next.
final class DecoderShelf: Sendable {
    private let options: [String]
    private let provider: String
    private let limit: Int
    private let grammar: CommandGrammar?
    private let idle = Mutex<[PocketSphinxDecoder]>([])

    init(options: [String], grammar: CommandGrammar?, limit: Int, provider: String) {
        self.options = options
        self.grammar = grammar
        self.provider = provider
        self.limit = max(1, limit)
    }

    /// Makes the first decoder now, so that no turn waits for it.
    func prepare() throws(ProviderError) {
        let decoder = try makeDecoder()
        idle.withLock { $0.append(decoder) }
    }

    /// PocketSphinx reads a grammar and its dictionary from files only, and only while a decoder is made.
    private func makeDecoder() throws(ProviderError) -> PocketSphinxDecoder {
        guard let grammar else { return try PocketSphinxDecoder(options: options, provider: provider) }
        let folder = FileManager.default.temporaryDirectory.appending(path: "yuyan-grammar-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let rules = folder.appending(path: "commands.jsgf")
        let dictionary = folder.appending(path: "commands.dict")
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(grammar.text.utf8).write(to: rules)
            try Data(grammar.dictionary.utf8).write(to: dictionary)
        } catch {
            throw ProviderError(.unavailable, provider: provider, message: "cannot write the grammar", cause: error)
        }
        return try PocketSphinxDecoder(
            options: options + ["-jsgf", rules.path(), "-dict", dictionary.path()], provider: provider)
    }

    /// Lends a decoder to one job; called on pool threads, which bound how many there are at a time.
    func lend<Result>(_ body: (PocketSphinxDecoder) -> Result) throws(ProviderError) -> Result {
        let kept = idle.withLock { $0.popLast() }
        let decoder: PocketSphinxDecoder
        if let kept { decoder = kept } else { decoder = try makeDecoder() }
        let result = body(decoder)
        idle.withLock { if $0.count < limit { $0.append(decoder) } }
        return result
    }
}
