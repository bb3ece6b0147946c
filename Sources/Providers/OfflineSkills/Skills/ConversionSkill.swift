/// From one unit to another.
struct ConversionSkill: TalkingSkill {
    let phrases = [
        "convert <number> <unit> ( to | into ) <unit>", "how many <unit> are <number> <unit>",
        "what is <number> <unit> in <unit>",
    ]

    func answer(_ request: SkillRequest) -> Answer? {
        request.isChinese ? chinese(request.text) : english(request.words)
    }

    private func english(_ words: [String]) -> Answer? {
        var number: Double?
        var found: [(unit: Units.Unit, follows: Bool)] = []
        var index = 0
        while index < words.count {
            if number == nil, let parsed = NumberWords.parse(words[index...]) {
                number = parsed.value
                index += parsed.count
                if words.indices.contains(index), words[index] == "degrees" { index += 1 }
                if words.indices.contains(index), let unit = Self.unit(words[index]) {
                    found.append((unit, true))
                    index += 1
                }
                continue
            }
            if let unit = Self.unit(words[index]) { found.append((unit, false)) }
            index += 1
        }
        guard let number, let from = found.first(where: \.follows)?.unit,
            let to = found.first(where: { !$0.follows })?.unit
        else { return nil }
        guard let result = Units.convert(number, from: from, to: to) else {
            return Answer("\(from.english.capitalizedFirst) and \(to.english) measure different things.")
        }
        return Answer(
            "\(NumberWords.spoken(number, isChinese: false)) \(from.english) \(number == 1 ? "is" : "are") \(NumberWords.spoken(result, isChinese: false)) \(to.english)."
        )
    }

    private func chinese(_ text: String) -> Answer? {
        let compact = text.filter { !$0.isWhitespace }
        guard let start = compact.indices.first(where: { NumberWords.parse(chinese: compact[$0...]) != nil }),
            let number = NumberWords.parse(chinese: compact[start...])
        else { return nil }
        let behind = compact[compact.index(start, offsetBy: number.count)...]
        guard let from = Self.chineseUnit(in: behind, atStart: true) else { return nil }
        let rest = behind.dropFirst(from.name.count)
        let before = compact[..<start]
        guard
            rest.contains("多少") || rest.contains("几") || before.contains("多少") || rest.contains("换")
                || rest.contains("等于"),
            let to = Self.chineseUnit(in: rest, atStart: false),
            let result = Units.convert(number.value, from: from.unit, to: to.unit)
        else { return nil }
        return Answer(
            "\(NumberWords.spoken(number.value, isChinese: true))\(from.name)等于\(NumberWords.spoken(result, isChinese: true))\(to.name)。"
        )
    }

    private static func unit(_ word: String) -> Units.Unit? { Units.all.first { $0.names.contains(word) } }

    /// The longest name wins: 公里 is not 里.
    private static func chineseUnit(in text: Substring, atStart: Bool) -> (unit: Units.Unit, name: String)? {
        Units.all.flatMap { unit in unit.chinese.map { (unit: unit, name: $0) } }
            .filter { atStart ? text.hasPrefix($0.name) : text.contains($0.name) }
            .max { $0.name.count < $1.name.count }
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
