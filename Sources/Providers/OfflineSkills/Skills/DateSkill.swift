/// What day it is.
struct DateSkill: TalkingSkill {
    let now: @Sendable () -> LocalTime

    let phrases = [
        "what day is it [ today ]", "what is the date [ today ]", "what is today's date", "what date is it",
    ]
    private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    private static let chineseWeekdays = ["日", "一", "二", "三", "四", "五", "六"]
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    func answer(_ request: SkillRequest) -> Answer? {
        let today = now()
        if request.isChinese {
            guard request.hasAny("几号", "日期", "星期几", "礼拜几", "周几") else { return nil }
            return Answer("今天是\(today.year)年\(today.month)月\(today.day)日，星期\(Self.chineseWeekdays[today.weekday])。")
        }
        guard request.hasAny("date", "today's date", "what day", "which day", "day is it"),
            request.hasAny("what", "what's", "which", "tell")
        else { return nil }
        return Answer(
            "Today is \(Self.weekdays[today.weekday]), \(Self.months[today.month - 1]) \(today.day), \(today.year).")
    }
}
