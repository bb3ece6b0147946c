/// One thing that can be answered without a model. Add one by a new file and a line in `SkillsModel`.
protocol Skill: Sendable {
    /// JSGF expansions of what a person may say, in English; words must be in the recognizer's dictionary.
    var phrases: [String] { get }
    /// - Returns: nil when the words are about something else.
    func answer(_ utterance: Utterance) -> Answer?
}

/// What a skill says.
struct Answer: Sendable, Equatable {
    var text: String
    /// The conversation is over.
    var leaves = false

    init(_ text: String, leaves: Bool = false) {
        self.text = text
        self.leaves = leaves
    }
}
