import JSON
import OfflineSkills
import Testing
import VoiceAPI
import VoiceTesting

@Suite struct SkillsModelTests {
    /// Friday, 2026-07-31 15:04:05 in Shanghai.
    private let model = SkillsModel(now: { 1_785_481_445 }, timezoneOffset: 8 * 3600)

    private func ask(_ text: String, tools: [ToolDescription] = []) async throws -> [CompletionEvent] {
        var events: [CompletionEvent] = []
        try await model.respond(to: Prompt(messages: [.user(text)], tools: tools)) { events.append($0) }
        return events
    }

    private func answer(_ text: String) async throws -> String {
        try await ask(text).map { if case .text(let words) = $0 { words } else { "" } }.joined()
    }

    @Test(arguments: [
        ("what time is it", "It is 3 oh 4 in the afternoon."),
        ("What time is it, please?", "It is 3 oh 4 in the afternoon."),
        ("现在几点了", "现在是下午3点4分。"), ("what day is it today", "Today is Friday, July 31, 2026."),
        ("今天星期几", "今天是2026年7月31日，星期五。"),
        ("what is seven plus five", "That makes 12."), ("what is two plus three times four", "That makes 14."),
        ("what's 12 * 3.5?", "That makes 42."), ("how much is one hundred divided by eight", "That makes 12.5."),
        ("what is twenty percent of fifty", "That makes 10."),
        ("what is ten minus twenty five", "That makes minus 15."),
        ("what is five divided by zero", "Nothing can be divided by zero."), ("三加五等于几", "等于8。"),
        ("一百二十除以四等于多少", "等于30。"),
        ("12+30等于多少？", "等于42。"), ("五除以零等于几", "除数不能是零哦。"),
        ("convert ten miles to kilometers", "10 miles are 16.09 kilometers."),
        ("how many grams are two kilos", "2 kilograms are 2000 grams."), ("10公里等于多少米", "10公里等于10000米。"),
        ("convert one hundred degrees celsius to fahrenheit", "100 celsius are 212 fahrenheit."),
        ("convert ten miles to grams", "Miles and grams measure different things."),
        ("count down from three", "3. 2. 1. Lift off!"), ("从三倒数", "3。2。1。时间到！"),
        ("hello there", "Hello! What can I do for you?"),
        ("你好", "你好！有什么可以帮你？"), ("who are you", "I am Swift, your voice assistant."),
        ("goodbye", "Goodbye, talk to you soon."),
    ])
    func `a question gets its answer`(question: String, expected: String) async throws {
        #expect(try await answer(question) == expected)
    }

    @Test(arguments: [("tell me a joke", "."), ("讲个笑话", "。")])
    func `jokes are told in the language of the question`(question: String, mark: String) async throws {
        #expect(try await answer(question).contains(mark))
    }

    @Test func `goodbye ends the conversation when the prompt offers the tool for it`() async throws {
        let tool = ToolDescription(name: "handle_exit_intent", summary: "", parameters: [:])
        let events = try await ask("再见", tools: [tool])
        guard case .toolCall(let call)? = events.first else {
            Issue.record("\(events)")
            return
        }
        #expect(try JSON(parsing: call.arguments)["say_goodbye"] == "再见，下次再聊。")
    }

    @Test(arguments: ["who won the cup in 1998", "是谁写了红楼梦", "", "what is love", "how much does a car cost"])
    func `what no skill knows is admitted`(question: String) async throws {
        let words = try await answer(question)
        #expect(words.contains("model") || words.contains("模型"))
    }

    @Test func `help names what can be asked`() async throws {
        #expect(try await answer("what can you do").contains("jokes"))
        #expect(try await answer("你会什么").contains("笑话"))
    }

    @Test func `the grammar is JSGF with one public rule and every rule defined`() {
        let grammar = model.grammar
        #expect(grammar.hasPrefix("#JSGF V1.0;"))
        #expect(grammar.contains("public <command> ="))
        for rule in ["number", "digit", "teen", "tens", "unit"] { #expect(grammar.contains("<\(rule)> =")) }
    }

    private static let tools = [
        ToolDescription(
            name: "self_audio_speaker_set_volume", summary: "",
            parameters: ["type": "object", "properties": ["volume": ["type": "integer"]]]),
        ToolDescription(name: "self_lamp_turn_on", summary: "", parameters: ["type": "object"]),
        ToolDescription(name: "self_lamp_turn_off", summary: "", parameters: ["type": "object"]),
        ToolDescription(name: "play_music", summary: "", parameters: ["type": "object"]),
        ToolDescription(name: "control_music", summary: "", parameters: ["type": "object"]),
        ToolDescription(name: "set_timer", summary: "", parameters: ["type": "object"]),
    ]

    @Test(arguments: [
        ("set the volume to fifty percent", "self_audio_speaker_set_volume", #"{"volume":50}"#),
        ("把音量调到三十", "self_audio_speaker_set_volume", #"{"volume":30}"#),
        ("turn on the light", "self_lamp_turn_on", "{}"), ("turn the lamp off", "self_lamp_turn_off", "{}"),
        ("把灯关了", "self_lamp_turn_off", "{}"), ("打开灯", "self_lamp_turn_on", "{}"),
        ("play some music", "play_music", #"{"song_name":"random"}"#),
        ("play yellow submarine", "play_music", #"{"song_name":"yellow submarine"}"#),
        ("stop", "control_music", #"{"action":"stop"}"#),
        ("stop the music please", "control_music", #"{"action":"stop"}"#),
        ("别放了", "control_music", #"{"action":"stop"}"#),
        ("播放茉莉花", "play_music", #"{"song_name":"茉莉花"}"#), ("next song", "control_music", #"{"action":"next"}"#),
        ("set a timer for one minute", "set_timer", #"{"seconds":60}"#), ("定时五分钟", "set_timer", #"{"seconds":300}"#),
    ])
    func `a command becomes a call of the tool that is there`(text: String, tool: String, arguments: String)
        async throws
    {
        let events = try await ask(text, tools: Self.tools)
        #expect(events == [.toolCall(ToolCall(id: "skill-\(tool)", name: tool, arguments: arguments))])
    }

    @Test func `a tool's result is reported, its failure too`() async throws {
        func report(_ content: String) async throws -> [CompletionEvent] {
            var events: [CompletionEvent] = []
            let call = ToolCall(id: "1", name: "self_audio_speaker_set_volume", arguments: "{}")
            let prompt = Prompt(
                messages: [
                    .user("set the volume to fifty"), .assistant("", toolCalls: [call]),
                    .tool(id: "1", content: content),
                ], tools: Self.tools)
            try await model.respond(to: prompt) { events.append($0) }
            return events
        }
        #expect(try await report("true") == [.text("Okay, volume 50 percent.")])
        #expect(try await report("error: no speaker") == [.text("Sorry, that did not work.")])
    }

    @Test func `a command without its tool is answered honestly`() async throws {
        #expect(try await answer("turn on the light") == "This device has no light that I can switch.")
    }

    @Test(.timeLimit(.minutes(1))) func `it keeps the contract of its seam`() async {
        let report = await LanguageModelConformance.check(model, question: "what is seven plus five", word: "12")
        #expect(report.isEmpty, "\(report)")
    }
}
