/// Friendly words.
struct SmallTalkSkill: TalkingSkill {
    let phrases = [
        "hello [ there ]", "good morning", "good evening", "how are you [ today ]", "who are you", "what is your name",
        "thank you [ very much ]",
    ]

    func answer(_ request: SkillRequest) -> Answer? { request.isChinese ? chinese(request) : english(request) }

    private func english(_ request: SkillRequest) -> Answer? {
        if request.hasAny("how are you") { return Answer("I am fine, thank you. What can I do for you?") }
        if request.hasAny("who are you", "your name") { return Answer("I am Swift, your voice assistant.") }
        if request.hasAny("thank you", "thanks") { return Answer("You are welcome.") }
        if request.hasAny("hello", "hi", "good morning", "good evening", "good afternoon") {
            return Answer("Hello! What can I do for you?")
        }
        return nil
    }

    private func chinese(_ request: SkillRequest) -> Answer? {
        if request.hasAny("你是谁", "叫什么", "你的名字") { return Answer("我是雨燕，你的语音助手。") }
        if request.hasAny("谢谢", "多谢") { return Answer("不客气。") }
        if request.hasAny("你好吗", "怎么样") { return Answer("我很好，谢谢你。有什么可以帮你？") }
        if request.hasAny("你好", "早上好", "晚上好", "您好", "嗨") { return Answer("你好！有什么可以帮你？") }
        return nil
    }
}
