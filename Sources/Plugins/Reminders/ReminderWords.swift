import Storage

/// What is said about reminders, in the person's language.
struct ReminderWords: Sendable {
    private let isChinese: Bool

    /// A reminder that is spoken so much later than it was due says so, in seconds.
    private static let late: Int64 = 120

    /// - Parameter language: BCP 47; Chinese when nothing is known.
    init(_ language: String?) { isChinese = language?.hasPrefix("zh") ?? true }

    func timerSet(_ seconds: Int64, label: String) -> String {
        let time = duration(seconds)
        if isChinese { return label.isEmpty ? "好的，\(time)后叫您。" : "好的，\(time)后提醒您：\(label)。" }
        return label.isEmpty ? "All right, a timer for \(time)." : "All right, a timer for \(time): \(label)."
    }

    func reminderSet(_ reminder: Reminder, now: Int64, offset: Int64) -> String {
        let moment = moment(reminder.dueAt, now: now, offset: offset)
        return isChinese
            ? "好的，\(moment)提醒您：\(reminder.words)。" : "All right, I will remind you \(moment): \(reminder.words)."
    }

    /// At most this many are read out; more would not be listened to.
    private static let listed = 10

    func list(_ reminders: [Reminder], now: Int64, offset: Int64) -> String {
        guard !reminders.isEmpty else { return isChinese ? "您现在没有提醒。" : "You have no reminders." }
        var lines = reminders.prefix(Self.listed).map { reminder in
            let moment = moment(reminder.dueAt, now: now, offset: offset)
            let words = reminder.words.isEmpty ? (isChinese ? "计时器" : "timer") : reminder.words
            return isChinese ? "\(reminder.id)号，\(moment)，\(words)" : "number \(reminder.id), \(moment), \(words)"
        }
        if reminders.count > Self.listed {
            let more = reminders.count - Self.listed
            lines.append(isChinese ? "还有\(more)个" : "and \(more) more")
        }
        let body = lines.joined(separator: isChinese ? "；" : "; ")
        if isChinese { return "您有\(reminders.count)个提醒：\(body)。" }
        return "You have \(reminders.count == 1 ? "one reminder" : "\(reminders.count) reminders"): \(body)."
    }

    func cancelled(_ reminder: Reminder) -> String {
        let words = reminder.words
        if isChinese { return words.isEmpty ? "好的，计时器取消了。" : "好的，取消了：\(words)。" }
        return words.isEmpty ? "All right, the timer is cancelled." : "All right, cancelled: \(words)."
    }

    func cancelled(_ count: Int) -> String {
        guard count > 0 else { return isChinese ? "您现在没有提醒。" : "You have no reminders." }
        if isChinese { return "好的，\(count)个提醒都取消了。" }
        return count == 1
            ? "All right, your reminder is cancelled." : "All right, all \(count) reminders are cancelled."
    }

    func full(_ limit: Int) -> String {
        isChinese ? "提醒已经有\(limit)个了，请先取消一些。" : "You already have \(limit) reminders. Please cancel some first."
    }

    var failed: String { isChinese ? "抱歉，提醒没有存下来。" : "Sorry, the reminder could not be kept." }

    /// What is said when the moment has come.
    func due(_ reminder: Reminder, now: Int64, offset: Int64) -> String {
        let words = reminder.words
        guard now - reminder.dueAt >= Self.late else {
            if isChinese { return reminder.isTimer ? (words.isEmpty ? "时间到了。" : "时间到了：\(words)。") : "提醒您：\(words)。" }
            if reminder.isTimer { return words.isEmpty ? "Time is up." : "Time is up: \(words)." }
            return "Here is your reminder: \(words)."
        }
        let moment = moment(reminder.dueAt, now: now, offset: offset)
        let what = words.isEmpty ? (isChinese ? "计时器到时间了" : "a timer") : words
        return isChinese ? "您不在的时候有一个提醒，\(moment)：\(what)。" : "You missed a reminder \(moment): \(what)."
    }

    /// `5 minutes`, `一小时` and so on; the two largest units.
    func duration(_ seconds: Int64) -> String {
        let units: [(Int64, String, String)] = [
            (86_400, "天", "day"), (3600, "小时", "hour"), (60, "分钟", "minute"), (1, "秒", "second"),
        ]
        var rest = seconds
        var parts: [String] = []
        for (size, chinese, english) in units where rest >= size && parts.count < 2 {
            let count = rest / size
            rest %= size
            parts.append(isChinese ? "\(count)\(chinese)" : "\(count) \(english)\(count == 1 ? "" : "s")")
        }
        return parts.joined(separator: isChinese ? "" : " and ")
    }

    /// `明天8点30分`, `tomorrow at 08:30`.
    func moment(_ seconds: Int64, now: Int64, offset: Int64) -> String {
        let time = CivilTime(seconds: seconds, offset: offset)
        let today = CivilTime(seconds: now, offset: offset)
        let days = time.dayNumber - today.dayNumber
        if isChinese {
            let date = [-1: "昨天", 0: "今天", 1: "明天", 2: "后天"][days]
            let year = time.year == today.year ? "" : "\(time.year)年"
            let clock = time.minute == 0 ? "\(time.hour)点" : "\(time.hour)点\(time.minute)分"
            return (date ?? "\(year)\(time.month)月\(time.day)日") + clock
        }
        let minute = time.minute < 10 ? "0\(time.minute)" : "\(time.minute)"
        let date = [-1: "yesterday", 0: "today", 1: "tomorrow"][days]
        let year = time.year == today.year ? "" : " \(time.year)"
        let month = Self.months[Int(time.month - 1)]
        return "\(date ?? "on \(month) \(time.day)\(year)") at \(time.hour):\(minute)"
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
}
