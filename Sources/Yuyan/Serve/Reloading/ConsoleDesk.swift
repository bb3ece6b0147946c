import Conversation
import Flow
import Gateway
import JSON
import Plugins
import Synchronization

/// Obeys a console that speaks through the device port (`server` messages): whoever knows `manager-api.secret` may have
/// the configuration loaded anew or the server started again.
final class ConsoleDesk: Sendable {
    private let reloads: ReloadDesk
    /// nil: no console manages this server.
    private let secret: Mutex<String?>
    /// Opens when the console wants the program to begin again; the reloader stops it, and `serve` starts it anew.
    let restart = Latch()

    init(reloads: ReloadDesk, managerAPI: JSON) {
        self.reloads = reloads
        secret = Mutex(Self.secret(of: managerAPI))
    }

    /// A reload brought another secret.
    func change(managerAPI: JSON) { secret.withLock { $0 = Self.secret(of: managerAPI) } }

    func obey(_ command: ConsoleCommand) async -> ConsoleAnswer {
        guard let secret = secret.withLock({ $0 }) else {
            return ConsoleAnswer(isSuccess: false, message: "no console manages this server", isTrusted: false)
        }
        guard SecretComparison.isEqual(command.secret, secret) else {
            return ConsoleAnswer(isSuccess: false, message: "the secret is wrong", isTrusted: false)
        }
        switch command.action {
        case "update_config":
            let outcome = await reloads.reload("console")
            if case .applied = outcome { return ConsoleAnswer(isSuccess: true, message: outcome.text) }
            return ConsoleAnswer(isSuccess: false, message: outcome.text)
        case "restart":
            restart.open()
            return ConsoleAnswer(isSuccess: true, message: "the server is starting again")
        default:
            return ConsoleAnswer(isSuccess: false, message: "expected the action update_config or restart")
        }
    }

    private static func secret(of managerAPI: JSON) -> String? {
        managerAPI.setting("secret")
    }
}
