import JSON
import VoiceAPI

/// Sets a timer.
struct TimerSkill: Skill {
    let phrases = ["set a timer for <number> ( second | seconds | minute | minutes )"]

    func answer(_ request: SkillRequest, tools: [ToolDescription]) -> Answer? {
        guard request.hasAny("timer", "计时", "定时", "倒计时"), let number = request.firstNumber else { return nil }
        let seconds: Double
        if request.hasAny("hour", "hours", "小时") {
            seconds = number * 3600
        } else if request.hasAny("minute", "minutes", "分钟", "分") {
            seconds = number * 60
        } else if request.hasAny("second", "seconds", "秒") {
            seconds = number
        } else {
            return nil
        }
        guard let tool = tools.first(named: "set_timer") else {
            return Answer(request.isChinese ? "我这里还不能计时。" : "I can't set timers here.")
        }
        guard seconds >= 1, seconds <= 86_400 else {
            return Answer(request.isChinese ? "我可以计时一秒到一天。" : "I can set a timer from one second to one day.")
        }
        return Answer(
            call: tool, ["seconds": .integer(Int64(seconds.rounded()))], done: request.isChinese ? "好的。" : "Okay.")
    }
}
