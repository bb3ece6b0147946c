import DeviceProtocol
import JSON
import Logging

/// A console that speaks through the device port.
extension Session {
    /// Has the command obeyed beside the conversation, and answers.
    func administer(_ message: JSON) {
        guard let console = settings.console else {
            logger.debug("ignored a message", metadata: ["message": "server"])
            return
        }
        let command = ConsoleCommand(message)
        logger.info("a console gave a command", metadata: ["action": "\(command.action.prefix(32))"])
        _ = connection.perform { [weak self] in
            let answer = await console(command)
            await self?.post(
                .serverStatus(
                    isSuccess: answer.isSuccess, message: answer.message,
                    action: answer.isTrusted ? command.action : nil))
        }
    }
}
