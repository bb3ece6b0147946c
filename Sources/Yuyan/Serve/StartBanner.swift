import Gateway
import Settings

/// What the owner reads when the server is ready: the address for the device and what each stage runs on.
struct StartBanner {
    let ports: GatewayPorts
    let address: String
    let settings: ServerSettings
    let choices: [ProviderChoice]
    let sources: [String]

    var text: String {
        var lines = ["", "雨燕 Yuyan \(ProductVersion.current) is ready (\(sources.joined(separator: " + ")))"]
        if let http = ports.http {
            lines.append("  OTA address for your device:  http://\(address):\(http)/xiaozhi/ota/")
        }
        lines.append(
            "  WebSocket:                    \(settings.websocketURL ?? "ws://\(address):\(ports.webSocket)/xiaozhi/v1/")"
        )
        for choice in choices {
            let stage = choice.stage.padding(to: 6)
            lines.append("  \(stage) \(choice.name.padding(to: 22)) \(choice.reason)")
        }
        lines.append("  devices need a token from OTA: \(settings.isAuthEnabled ? "yes" : "no")")
        lines.append("  try it: make talk ARGS='--say \"what time is it\"'")
        return lines.joined(separator: "\n") + "\n"
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
