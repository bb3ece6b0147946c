import JSON
import VoiceAPI

/// `control_music`: what people say while they listen. The song itself stopped when they spoke.
struct ControlMusicTool: Tool {
    let player: MusicPlayer

    private enum Action: String, CaseIterable {
        case next, previous, stop, resume, random
    }

    var description: ToolDescription {
        ToolDescription(
            name: "control_music",
            summary:
                "Controls the music that was playing: the next or previous song, stop, resume where it stopped, or "
                + "a random song.",
            parameters: [
                "type": "object",
                "properties": [
                    "action": [
                        "type": "string", "enum": .array(Action.allCases.map { .string($0.rawValue) }),
                    ]
                ],
                "required": ["action"],
            ])
    }

    func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult {
        guard let action = Action(rawValue: arguments["action"]?.string ?? "") else {
            return .failure("action: next, previous, stop, resume or random")
        }
        switch action {
        case .stop: return .speak(MusicWords(context.language).stopped)
        case .random: return await player.playRandom(in: context)
        case .next: return await step(1, in: context)
        case .previous: return await step(-1, in: context)
        case .resume: return await resume(in: context)
        }
    }

    private func step(_ offset: Int, in context: ToolContext) async -> ToolResult {
        guard let place = player.memory.place(on: context.deviceID) else { return await player.playRandom(in: context) }
        let index = await player.library.index()
        guard let position = index.neighbour(of: place.path, offset: offset) else {
            return .speak(MusicWords(context.language).empty)
        }
        return await player.play(position, of: index, in: context)
    }

    /// A song that was heard to its end is followed by the next one.
    private func resume(in context: ToolContext) async -> ToolResult {
        guard let place = player.memory.place(on: context.deviceID) else {
            return .speak(MusicWords(context.language).nothingToResume)
        }
        if place.isFinished { return await step(1, in: context) }
        let index = await player.library.index()
        guard let position = index.position(of: place.path) else { return await step(1, in: context) }
        return await player.play(position, of: index, at: place.position, in: context)
    }
}
