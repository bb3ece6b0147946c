import FoundationEssentials
import VoiceAPI

/// A JSGF grammar made ready for PocketSphinx: with the dictionary of its own words only, and with a rule that takes
/// whatever is no command.
///
/// The whole dictionary costs 21 MB per decoder, the words of a grammar next to nothing. The other rule is a loop of
/// phones that pays `phoneWeight` for each: without it every sentence is forced into the nearest command.
struct CommandGrammar {
    /// The grammar that the decoder searches.
    let text: String
    /// Lines of the pronouncing dictionary, the phones included.
    let dictionary: String

    /// Likelihood of one phone of the loop. More rejects commands, less lets other sentences become commands; found
    /// with 135 spoken commands and 40 other sentences (docs/decisions/0003).
    private static let phoneWeight = "1e-10"
    /// Starts the words that stand for one phone; no English word does.
    private static let phonePrefix = "qph"
    private static let phones = [
        "AA", "AE", "AH", "AO", "AW", "AY", "B", "CH", "D", "DH", "EH", "ER", "EY", "F", "G", "HH", "IH", "IY", "JH",
        "K",
        "L", "M", "N", "NG", "OW", "OY", "P", "R", "S", "SH", "T", "TH", "UH", "UW", "V", "W", "Y", "Z", "ZH",
    ]
    private static let publicRule = "public <command>"

    /// - Throws: `.invalidRequest` naming the words that the dictionary lacks, or the rule that is missing.
    init(grammar: String, dictionaryPath: String, provider: String) throws(ProviderError) {
        guard grammar.contains(Self.publicRule) else {
            throw ProviderError(
                .invalidRequest, provider: provider, message: "the grammar has no rule `\(Self.publicRule)`")
        }
        let found = try Self.entries(of: Self.words(in: grammar), dictionaryPath: dictionaryPath, provider: provider)
        guard found.missing.isEmpty else {
            throw ProviderError(
                .invalidRequest, provider: provider,
                message: "the grammar has words that \(dictionaryPath) cannot pronounce: "
                    + found.missing.joined(separator: ", "))
        }
        let names = Self.phones.map { Self.phonePrefix + $0.lowercased() }
        text =
            grammar.replacing(Self.publicRule, with: "<command>") + """

                <phone> = \(names.map { "/\(Self.phoneWeight)/ \($0)" }.joined(separator: " | "));
                <other> = <phone> <phone> <phone> <phone>+;
                public <utterance> = /1/ <command> | /1/ <other>;

                """
        dictionary = found.lines + zip(names, Self.phones).map { "\($0) \($1)\n" }.joined()
    }

    /// The words of what was decoded; empty when the phone loop took it, or when the words leave out a part of what
    /// was said: the decoder likes to fit a short command into a long sentence and call the rest noise. Every right
    /// command of the measurement covered at least 97 % of its sound, most of the forced ones less than 90 %.
    static func command(in speech: DecodedSpeech) -> String {
        speech.text.hasPrefix(phonePrefix) || speech.coverage < 0.9 ? "" : speech.text
    }

    /// The words that a JSGF text speaks, without header, rule names, weights and tags.
    static func words(in grammar: String) -> Set<String> {
        var words: Set<String> = []
        var word = ""
        var closing: Character?
        // The header and the `grammar name;` line hold no rule.
        for line in grammar.split(separator: "\n", omittingEmptySubsequences: true) {
            let start = line.drop(while: { $0 == " " })
            if start.hasPrefix("#") || start.hasPrefix("grammar ") || start.hasPrefix("//") { continue }
            for character in "\(line)\n".replacing("public <", with: "<") {
                if let end = closing {
                    if character == end { closing = nil }
                    continue
                }
                if character.isLetter || character.isNumber || "'-.".contains(character) {
                    word.append(character)
                    continue
                }
                if !word.isEmpty { words.insert(word) }
                word = ""
                switch character {
                case "<": closing = ">"
                case "/": closing = "/"
                case "{": closing = "}"
                default: break
                }
            }
        }
        return words
    }

    /// Looks words up in a dictionary file of lines `word PH ON ES` and `word(2) PH ON ES`.
    static func entries(
        of words: Set<String>, dictionaryPath: String, provider: String
    ) throws(ProviderError) -> (lines: String, missing: [String]) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: dictionaryPath))
        } catch {
            throw ProviderError(
                .unavailable, provider: provider, message: "cannot read \(dictionaryPath); run dev/setup", cause: error)
        }
        // Most of the 134,000 lines go by their first letter and length, so no string is made for them.
        var shapes = [Bool](repeating: false, count: 256 * 256)
        for word in words {
            if let first = word.utf8.first { shapes[Int(first) << 8 | min(255, word.utf8.count)] = true }
        }
        var missing = words
        var lines = ""
        data.withUnsafeBytes { bytes in
            var start = 0
            while start < bytes.count {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
                let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.count
                let line = rest[..<end]
                start += end + 1
                guard let gap = line.firstIndex(of: UInt8(ascii: " ")), gap > 0 else { continue }
                let length = line[..<gap].firstIndex(of: UInt8(ascii: "(")) ?? gap
                guard shapes[Int(line[0]) << 8 | min(255, length)] else { continue }
                let word = String(decoding: line[..<length], as: UTF8.self)
                guard words.contains(word) else { continue }
                missing.remove(word)
                lines += String(decoding: line, as: UTF8.self) + "\n"
            }
        }
        return (lines, missing.sorted())
    }
}
