import JSON
import VoiceAPI

/// Plays music from the owner's folder.
struct MusicSkill: Skill {
    let phrases = ["play [ some ] music", "play a song", "next song", "play the next song"]

    func answer(_ request: SkillRequest, tools: [ToolDescription]) -> Answer? {
        let isNext =
            request.isChinese ? request.hasAny("下一首") : request.hasAny("next song", "next track")
        let title: String
        if request.isChinese {
            guard isNext || request.hasAny("放音乐", "放首歌", "播放", "放歌", "听歌", "听音乐") else { return nil }
            let rest = request.text.firstRange(of: "播放").map { String(request.text[$0.upperBound...]) } ?? ""
            title = ["音乐", "歌", "歌曲", "一首歌", "点音乐", "首歌", ""].contains(rest) ? "random" : rest
        } else {
            guard isNext || request.words.first == "play" || request.has("play", "music") else { return nil }
            let rest = request.words.drop { $0 != "play" }.dropFirst().filter {
                !["please", "some", "a", "the"].contains($0)
            }
            title = rest.isEmpty || rest == ["music"] || rest == ["song"] ? "random" : rest.joined(separator: " ")
        }
        let tool = isNext ? tools.first(named: "control_music") : tools.first(named: "play_music")
        guard let tool else {
            return Answer(request.isChinese ? "我这里还没有音乐。" : "I have no music here yet.")
        }
        return Answer(
            call: tool, isNext ? ["action": "next"] : ["song_name": .string(title)],
            done: request.isChinese ? "好的。" : "Okay.")
    }
}
