/// What can be asked.
struct HelpSkill: TalkingSkill {
    let phrases = ["what can you do", "help [ me ]"]

    func answer(_ request: SkillRequest) -> Answer? {
        guard request.hasAny("what can you do", "help", "help me", "你会什么", "你能做什么", "会做什么", "帮助") else { return nil }
        return Answer(
            request.isChinese
                ? "我会报时间和日期，算算术，换算单位，倒数，还会讲笑话。"
                : "I can tell you the time and the date, do sums, convert units, count down, and tell jokes. Try: what is seven plus five?"
        )
    }
}
