import VoiceAPI

extension [Message] {
    /// What chat services ask for: behind a message with calls come exactly their results.
    var isWellFormed: Bool {
        var due: [String] = []
        for message in self {
            switch message {
            case .tool(let id, _):
                guard let index = due.firstIndex(of: id) else { return false }
                due.remove(at: index)
            case .assistant(_, let calls):
                guard due.isEmpty else { return false }
                due = calls.map(\.id)
            case .system, .user: guard due.isEmpty else { return false }
            }
        }
        return due.isEmpty
    }
}
