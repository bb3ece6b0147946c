import JSON
import VoiceAPI

/// Turns the device's light on and off.
struct LightSkill: Skill {
    let phrases = ["turn ( on | off ) the ( light | lamp )", "turn the ( light | lamp ) ( on | off )"]

    func answer(_ request: SkillRequest, tools: [ToolDescription]) -> Answer? {
        let isOn: Bool
        if request.isChinese {
            guard request.hasAny("灯") else { return nil }
            if request.hasAny("关") {
                isOn = false
            } else if request.hasAny("开", "打开") {
                isOn = true
            } else {
                return nil
            }
        } else {
            guard request.hasAny("light", "lights", "lamp"), request.hasAny("turn", "switch") else { return nil }
            if request.hasAny("off") {
                isOn = false
            } else if request.hasAny("on") {
                isOn = true
            } else {
                return nil
            }
        }
        let tool =
            isOn
            ? tools.first(named: "lamp_turn_on", "light_turn_on", "light_on", "lamp_on")
            : tools.first(named: "lamp_turn_off", "light_turn_off", "light_off", "lamp_off")
        guard let tool else {
            return Answer(request.isChinese ? "这个设备没有我能开关的灯。" : "This device has no light that I can switch.")
        }
        return Answer(
            call: tool, [:],
            done: request.isChinese ? "好的，灯\(isOn ? "开" : "关")了。" : "Okay, the light is \(isOn ? "on" : "off").")
    }
}
