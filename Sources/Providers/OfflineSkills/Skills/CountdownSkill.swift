/// Counts down aloud.
struct CountdownSkill: TalkingSkill {
    let phrases = ["count down from <number>", "count from <number> to zero"]

    /// Nobody wants to hear more.
    private static let highest = 30.0

    func answer(_ utterance: Utterance) -> Answer? {
        let number: Double?
        if utterance.isChinese {
            guard utterance.hasAny("倒数", "倒计时") else { return nil }
            let text = utterance.text
            number = text.indices.lazy.compactMap { NumberWords.parse(chinese: text[$0...])?.value }.first
        } else {
            guard utterance.hasAny("count down", "countdown") || utterance.has("count", "from") else { return nil }
            let words = utterance.words
            number = words.indices.lazy.compactMap { NumberWords.parse(words[$0...])?.value }.first
        }
        let start = number ?? 10
        guard start >= 1, start <= Self.highest, start == start.rounded() else {
            return Answer(utterance.isChinese ? "我可以从三十以内的数开始倒数。" : "I can count down from any number up to thirty.")
        }
        let numbers = stride(from: Int(start), through: 1, by: -1).map(String.init)
        return Answer(
            utterance.isChinese
                ? numbers.joined(separator: "。") + "。时间到！" : numbers.joined(separator: ". ") + ". Lift off!")
    }
}
