package import JSON
package import VoiceAPI

/// `play_music` and `control_music`: the songs of a local folder. The settings are the reference's (`music_dir`,
/// `music_ext`, `refresh_time` in seconds) and `auto_next`.
package struct MusicPlugin: ServerPlugin {
    package static let name = "play_music"

    /// Endings of what `SoundFile` and `P3File` read.
    private static let playable: Set<String> = ["mp3", "wav", "flac", "ogg", "oga", "opus", "p3"]

    package static func tools(_ settings: JSON, services: PluginServices) throws(PluginProblem) -> [any Tool] {
        let wanted = settings["music_ext"]?.array?.compactMap(\.string) ?? settings.setting("music_ext").map { [$0] }
        let extensions = Set((wanted ?? []).map { $0.lowercased().drop { $0 == "." || $0 == "*" } }.map(String.init))
        let known = wanted == nil ? playable : extensions.intersection(playable)
        guard !known.isEmpty else {
            throw PluginProblem("play_music: music_ext names none of \(playable.sorted().joined(separator: ", "))")
        }
        let refreshTime = settings.setting("refresh_time").map { Int64($0) } ?? 300
        guard let refreshTime, (1...86_400).contains(refreshTime) else {
            throw PluginProblem("play_music: refresh_time must be a number of seconds from 1 to 86400")
        }
        let folder = MusicFolder(path: services.path(settings.setting("music_dir") ?? "music"), extensions: known)
        let library = MusicLibrary(
            folder: folder, refreshTime: refreshTime, now: services.now, logger: services.logger)
        // So that the first wish finds the songs known.
        library.refresh()
        let player = MusicPlayer(
            library: library, autoNext: settings["auto_next"]?.bool ?? false, logger: services.logger)
        return [PlayMusicTool(player: player), ControlMusicTool(player: player)]
    }
}
