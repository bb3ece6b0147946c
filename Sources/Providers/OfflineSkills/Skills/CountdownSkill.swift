/// Counts down aloud.
struct CountdownSkill: TalkingSkill {
    let phrases = ["count down from <number>", "count from <number> to zero"]

    /// Nobody wants to hear more.
    private static let highest = 30.0

    func answer(_ request: SkillRequest) -> Answer? {
        let number: Double?
        if request.isChinese {
            guard request.hasAny("倒数", "倒计时") else { return nil }
            let text = request.text
            number = text.indices.lazy.compactMap { NumberWords.parse(chinese: text[$0...])?.value }.first
        } else {
            guard request.hasAny("count down", "countdown") || request.has("count", "from") else { return nil }
            let words = request.words
            number = words.indices.lazy.compactMap { NumberWords.parse(words[$0...])?.value }.first
        }
        let start = number ?? 10
        guard start >= 1, start <= Self.highest, start == start.rounded() else {
            return Answer(request.isChinese ? "我可以从三十以内的数开始倒数。" : "I can count down from any number up to thirty.")
        }
        let numbers = stride(from: Int(start), through: 1, by: -1).map(String.init)
        return Answer(
            request.isChinese
                ? numbers.joined(separator: "。") + "。时间到！" : numbers.joined(separator: ". ") + ". Lift off!")
    }
}
