import JSON
import VoiceAPI

/// Sets the volume or the brightness of the device, by the device's own tool.
struct LevelSkill: Skill {
    enum Level: Sendable { case volume, brightness }
    let level: Level

    var phrases: [String] {
        switch level {
        case .volume: ["set the volume to <number> [ percent ]", "volume <number> [ percent ]"]
        case .brightness: ["set the brightness to <number> [ percent ]"]
        }
    }

    func answer(_ request: SkillRequest, tools: [ToolDescription]) -> Answer? {
        switch level {
        case .volume: guard request.hasAny("volume", "音量", "声音") else { return nil }
        case .brightness: guard request.hasAny("brightness", "亮度") else { return nil }
        }
        guard let value = request.firstNumber else { return nil }
        let name = request.isChinese ? (level == .volume ? "音量" : "亮度") : (level == .volume ? "volume" : "brightness")
        guard (0...100).contains(value), value == value.rounded() else {
            return Answer(request.isChinese ? "\(name)要在零到一百之间。" : "The \(name) goes from zero to one hundred.")
        }
        let tool = level == .volume ? tools.first(named: "set_volume") : tools.first(named: "set_brightness")
        guard let tool, let argument = tool.argument(ofType: "integer") ?? tool.argument(ofType: "number") else {
            return Answer(request.isChinese ? "这个设备没有让我调\(name)。" : "This device does not let me set the \(name).")
        }
        return Answer(
            call: tool, .object([argument: .integer(Int64(value))]),
            done: request.isChinese ? "好的，\(name)调到百分之\(Int(value))。" : "Okay, \(name) \(Int(value)) percent.")
    }
}

extension SkillRequest {
    /// The first number in the words.
    var firstNumber: Double? {
        isChinese
            ? text.indices.lazy.compactMap { NumberWords.parse(chinese: text[$0...])?.value }.first
            : words.indices.lazy.compactMap { NumberWords.parse(words[$0...])?.value }.first
    }
}
