import JSON
import VoiceAPI

/// `play_music`: a song of the owner's folder by its title, or any.
struct PlayMusicTool: Tool {
    let player: MusicPlayer

    var description: ToolDescription {
        ToolDescription(
            name: MusicPlugin.name,
            summary: "Plays a song from the owner's own music. Call it when the user wants to hear music or a song.",
            parameters: [
                "type": "object",
                "properties": [
                    "song_name": [
                        "type": "string", "maxLength": 200,
                        "description": "The title the user asked for, or \"random\" when they named none",
                    ]
                ],
            ])
    }

    /// Wishes for music that name no song, as `TitleKey` writes them.
    private static let anything: Set<TitleKey> = Set(
        [
            "random", "any", "anything", "music", "some music", "a song", "some song", "随机", "随便", "任意", "音乐", "歌",
            "歌曲", "一首歌", "随机播放", "随机一首",
        ].map { TitleKey($0) })

    func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult {
        let wish = arguments["song_name"]?.string ?? ""
        let key = TitleKey(wish)
        if key.letters.isEmpty || Self.anything.contains(key) { return await player.playRandom(in: context) }
        let index = await player.library.index()
        if let position = index.search(wish) { return await player.play(position, of: index, in: context) }
        // Perhaps it is there since the last scan.
        let current = await player.library.currentIndex()
        if let position = current.search(wish) { return await player.play(position, of: current, in: context) }
        let words = MusicWords(context.language)
        return .speak(current.isEmpty ? words.empty : words.unknown(wish))
    }
}
