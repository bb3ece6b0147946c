/// One thing that `yuyan doctor` looked at.
struct Finding: Sendable, Equatable {
    enum Verdict: String, Sendable {
        case good = "ok"
        /// The server works, though not as well as it could.
        case warning
        /// The server or a selected part of it will not work.
        case bad = "error"
    }
    var verdict: Verdict
    /// What was looked at.
    var subject: String
    /// What was found, in one line.
    var detail: String
    /// What to do about it; nil when all is well.
    var remedy: String?

    init(_ verdict: Verdict, _ subject: String, _ detail: String, remedy: String? = nil) {
        self.verdict = verdict
        self.subject = subject
        self.detail = detail
        self.remedy = remedy
    }

    var line: String {
        let mark = verdict.rawValue + String(repeating: " ", count: 8 - verdict.rawValue.count)
        return "\(mark) \(subject): \(detail)" + (remedy.map { "\n         → \($0)" } ?? "")
    }
}
