/// What time it is.
struct TimeSkill: TalkingSkill {
    let now: @Sendable () -> LocalTime

    let phrases = ["what time is it [ now ]", "what is the time", "tell me the time"]

    func answer(_ request: SkillRequest) -> Answer? {
        let time = now()
        if request.isChinese {
            guard request.hasAny("几点", "时间") else { return nil }
            let part = time.hour < 6 ? "凌晨" : time.hour < 12 ? "上午" : time.hour < 18 ? "下午" : "晚上"
            let hour = time.hour % 12 == 0 ? 12 : time.hour % 12
            return Answer("现在是\(part)\(hour)点\(time.minute == 0 ? "整" : "\(time.minute)分")。")
        }
        guard request.has("time"), request.hasAny("what", "what's", "tell", "current") else { return nil }
        let hour = time.hour % 12 == 0 ? 12 : time.hour % 12
        let minute = time.minute == 0 ? "o'clock" : time.minute < 10 ? "oh \(time.minute)" : "\(time.minute)"
        return Answer(
            "It is \(hour) \(minute) \(time.hour < 12 ? "in the morning" : time.hour < 18 ? "in the afternoon" : "in the evening")."
        )
    }
}
