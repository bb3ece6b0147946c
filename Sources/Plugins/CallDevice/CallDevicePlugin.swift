package import JSON
package import VoiceAPI

/// `call_device`: another device of the house. With a console (`manager-api` url and secret) its address book connects
/// the two; without one the words are spoken on the other device. Setting: `devices`, a map of names to MAC addresses.
package struct CallDevicePlugin: ServerPlugin {
    package static let name = "call_device"

    package static func tools(_ settings: JSON, services: PluginServices) throws(PluginProblem) -> [any Tool] {
        let console = services.managerAPI
        if let url = console.setting("url"), let secret = console.setting("secret") {
            guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
                throw PluginProblem("manager-api.url: expected an address that begins with http:// or https://")
            }
            return [ConsoleCallTool(base: url.withoutSlash, secret: secret, services: services)]
        }
        let devices = try DeviceNames(settings["devices"])
        guard !devices.names.isEmpty else {
            throw PluginProblem("set plugins.call_device.devices (name: MAC address), or manager-api.url and secret")
        }
        return [SpokenCallTool(devices: devices, announcer: services.announcer)]
    }
}
