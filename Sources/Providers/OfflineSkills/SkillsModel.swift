import JSON
public import VoiceAPI

/// Answers without a key and without a network: a row of small skills in English and Chinese.
///
/// It is a language model like any other to the conversation. What no skill understands is answered honestly, with how
/// to bring a real model.
public struct SkillsModel: LanguageModel {
    public let name: String
    private let skills: [any Skill]

    /// - Parameters:
    ///   - now: seconds since 1970, UTC.
    ///   - timezoneOffset: seconds east of Greenwich of the household.
    public init(
        name: String = "OfflineSkills", now: @escaping @Sendable () -> Int64, timezoneOffset: Int64
    ) {
        self.name = name
        let clock: @Sendable () -> LocalTime = { LocalTime(secondsSince1970: now() + timezoneOffset) }
        skills = [
            GoodbyeSkill(), LevelSkill(level: .volume), LevelSkill(level: .brightness), LightSkill(), MusicSkill(),
            TimerSkill(), TimeSkill(now: clock), DateSkill(now: clock), CountdownSkill(), ConversionSkill(),
            ArithmeticSkill(), JokeSkill(now: now), HelpSkill(), SmallTalkSkill(),
        ]
    }

    public func respond(
        to prompt: Prompt, emit: (CompletionEvent) async -> Void
    ) async throws(ProviderError) {
        let request = SkillRequest(prompt.lastUserText)
        for skill in skills {
            guard let answer = skill.answer(request, tools: prompt.tools) else { continue }
            if case .tool(_, let content)? = prompt.messages.last {
                await emit(.text(Self.report(content, of: answer, to: request)))
            } else if let call = answer.call {
                await emit(.toolCall(call))
            } else if answer.leaves, prompt.tools.contains(where: { $0.name == "handle_exit_intent" }) {
                let arguments: JSON = ["say_goodbye": .string(answer.text)]
                await emit(
                    .toolCall(ToolCall(id: "goodbye", name: "handle_exit_intent", arguments: arguments.description)))
            } else {
                await emit(.text(answer.text))
            }
            return
        }
        await emit(.text(request.isChinese ? Self.unknownChinese : Self.unknownEnglish))
    }

    /// What a tool's result means to the person who asked.
    private static func report(_ content: String, of answer: Answer, to request: SkillRequest) -> String {
        guard content.hasPrefix("error: ") else { return answer.text }
        return request.isChinese ? "抱歉，没有成功。" : "Sorry, that did not work."
    }

    private static let unknownEnglish =
        "I can't answer that by myself yet. I know the time, the date, sums, units and jokes. For everything else, give me a language model: the read me file tells how."
    private static let unknownChinese = "这个我自己还答不上来。我会报时间、日期、算算术、换算单位、讲笑话。想聊更多，请按说明给我接一个大模型。"

    /// JSGF of what the skills understand when it is spoken in English; the recognizer listens for nothing else.
    public var grammar: String {
        let commands = skills.flatMap(\.phrases)
        return """
            #JSGF V1.0;
            grammar yuyan;
            public <command> = [ please ] ( \(commands.map { "( \($0) )" }.joined(separator: " | ")) ) [ please ];
            <digit> = one | two | three | four | five | six | seven | eight | nine;
            <teen> = ten | eleven | twelve | thirteen | fourteen | fifteen | sixteen | seventeen | eighteen | nineteen;
            <tens> = twenty | thirty | forty | fifty | sixty | seventy | eighty | ninety;
            <number> = zero | <digit> | <teen> | <tens> [ <digit> ] | one hundred | a hundred;
            <unit> = \(Units.spoken.joined(separator: " | "));
            """
    }
}
