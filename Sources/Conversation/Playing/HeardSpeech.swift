/// The words of a reply that a person heard.
struct HeardSpeech {
    private var parts: [(round: Int, text: String)] = []
    /// Something was heard, be it of the answer or of the server's own phrases.
    private(set) var isAnything = false

    mutating func append(_ text: String, isAnswer: Bool, round: Int) {
        isAnything = true
        if isAnswer { parts.append((round, text)) }
    }

    /// The answer's words, in some rounds of tools or in all.
    func answer(where isWanted: (_ round: Int) -> Bool = { _ in true }) -> String {
        parts.filter { isWanted($0.round) }.reduce(into: "") { answer, part in
            answer = answer.followed(by: part.text)
        }
    }
}
