import JSON
import VoiceAPI

/// Plays music from the owner's folder.
struct MusicSkill: Skill {
    let phrases = [
        "play [ some ] music", "play a song", "next song", "play the next song", "stop the music",
    ]

    func answer(_ request: SkillRequest, tools: [ToolDescription]) -> Answer? {
        if let action = Self.action(of: request) {
            guard let tool = tools.first(named: "control_music") else { return Self.noMusic(request) }
            return Answer(call: tool, ["action": .string(action)], done: request.isChinese ? "好的。" : "Okay.")
        }
        guard let title = Self.title(in: request) else { return nil }
        guard let tool = tools.first(named: "play_music") else { return Self.noMusic(request) }
        return Answer(
            call: tool, ["song_name": .string(title)], done: request.isChinese ? "好的。" : "Okay.")
    }

    /// What is wanted of a song that plays: an action of `control_music`.
    private static func action(of request: SkillRequest) -> String? {
        if request.isChinese {
            if request.hasAny("下一首") { return "next" }
            return request.hasAny("停止播放", "停止音乐", "关掉音乐", "别放了", "不要放了", "不听了") || request.text == "停"
                ? "stop" : nil
        }
        if request.hasAny("next song", "next track") { return "next" }
        let isStop = request.words.filter { $0 != "please" } == ["stop"]
        return isStop || request.hasAny("stop the music", "stop music", "stop the song", "stop playing", "music off")
            ? "stop" : nil
    }

    /// The song that is wished for; nil when the words are about something else.
    private static func title(in request: SkillRequest) -> String? {
        if request.isChinese {
            guard request.hasAny("放音乐", "放首歌", "播放", "放歌", "听歌", "听音乐") else { return nil }
            let rest = request.text.firstRange(of: "播放").map { String(request.text[$0.upperBound...]) } ?? ""
            return ["音乐", "歌", "歌曲", "一首歌", "点音乐", "首歌", ""].contains(rest) ? "random" : rest
        }
        guard request.words.first == "play" || request.has("play", "music") else { return nil }
        let rest = request.words.drop { $0 != "play" }.dropFirst().filter {
            !["please", "some", "a", "the"].contains($0)
        }
        return rest.isEmpty || rest == ["music"] || rest == ["song"] ? "random" : rest.joined(separator: " ")
    }

    private static func noMusic(_ request: SkillRequest) -> Answer {
        Answer(request.isChinese ? "我这里还没有音乐。" : "I have no music here yet.")
    }
}
