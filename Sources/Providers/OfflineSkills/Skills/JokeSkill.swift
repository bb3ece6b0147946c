/// A joke, another one each time.
struct JokeSkill: TalkingSkill {
    let now: @Sendable () -> Int64

    let phrases = ["tell me a joke", "tell me another joke"]
    private static let english = [
        "Why did the computer go to the doctor? It had caught a virus.",
        "I would tell you a joke about sound waves, but you might not hear it.",
        "There are ten kinds of people: those who understand binary, and those who don't.",
        "Why was the little board so calm? It had found its ground.",
    ]
    private static let chinese = [
        "为什么电脑从来不感冒？因为它有很多窗，却从来不开。", "数学书为什么总是不开心？因为它的问题太多了。",
        "有一天零遇到了八，零说：胖就胖呗，还系什么腰带。",
    ]

    func answer(_ request: SkillRequest) -> Answer? {
        guard request.hasAny("joke", "jokes", "笑话") else { return nil }
        let jokes = request.isChinese ? Self.chinese : Self.english
        return Answer(jokes[Int((now() / 5).magnitude % UInt64(jokes.count))])
    }
}
