/// The end of a conversation.
struct GoodbyeSkill: TalkingSkill {
    let phrases = ["goodbye", "good bye", "bye bye", "good night"]

    func answer(_ request: SkillRequest) -> Answer? {
        guard request.hasAny("goodbye", "good bye", "bye", "bye bye", "good night", "see you", "再见", "拜拜", "晚安")
        else { return nil }
        return Answer(request.isChinese ? "再见，下次再聊。" : "Goodbye, talk to you soon.", leaves: true)
    }
}
