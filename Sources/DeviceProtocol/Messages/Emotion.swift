/// The faces a device can show, by the names its firmware knows (docs/protocol.md).
public enum Emotion: String, Sendable, CaseIterable {
    case neutral, happy, laughing, funny, sad, angry, crying, loving, embarrassed, surprised, shocked, thinking, winking
    case cool, relaxed, delicious, kissy, confident, sleepy, silly, confused

    /// The emoji sent along; the browser client needs it to animate.
    public var emoji: String {
        switch self {
        case .neutral: "😶"
        case .happy: "🙂"
        case .laughing: "😆"
        case .funny: "😂"
        case .sad: "😔"
        case .angry: "😠"
        case .crying: "😭"
        case .loving: "😍"
        case .embarrassed: "😳"
        case .surprised: "😲"
        case .shocked: "😱"
        case .thinking: "🤔"
        case .winking: "😉"
        case .cool: "😎"
        case .relaxed: "😌"
        case .delicious: "🤤"
        case .kissy: "😘"
        case .confident: "😏"
        case .sleepy: "😴"
        case .silly: "😜"
        case .confused: "🙄"
        }
    }

    /// The face an emoji of a model stands for; nil for one that no face matches.
    public init?(emoji: Unicode.Scalar) {
        guard let match = Self.byScalar[emoji] else { return nil }
        self = match
    }

    private static let byScalar: [Unicode.Scalar: Emotion] = {
        var table: [Unicode.Scalar: Emotion] = [:]
        for emotion in allCases {
            if let scalar = emotion.emoji.unicodeScalars.first { table[scalar] = emotion }
        }
        // Close relatives that models like to use.
        for (scalar, emotion) in [
            ("😊", Emotion.happy), ("😀", .happy), ("😃", .happy), ("😄", .laughing), ("😁", .laughing), ("🤣", .funny),
            ("😢", .sad), ("🙁", .sad), ("😡", .angry), ("🥰", .loving), ("❤", .loving), ("😮", .surprised),
            ("😋", .delicious),
            ("😘", .kissy), ("😐", .neutral), ("😕", .confused), ("😝", .silly), ("🥱", .sleepy),
        ] as [(Unicode.Scalar, Emotion)] { table[scalar] = emotion }
        return table
    }()
}
