import Flow
import Logging
import DeviceProtocol
import Tools

/// What a device says, and what it starts.
extension Session {
    /// Handles one frame; never throws, because nothing a device sends may end its session (statement 39).
    ///
    /// - Parameter age: since it came.
    /// - Returns: a turn to run when the frame began one.
    func receive(_ frame: DeviceFrame, age: Duration) async -> Turn? {
        activity.count(frame, at: clock.now)
        // Nothing may begin behind the last `tts stop`.
        guard !isDraining, closing == nil else { return nil }
        if machine.current == nil { refresh() }
        switch frame {
        case .binary(let bytes):
            events(.frameReceived)
            return await hear(bytes, age: age)
        case .text(let bytes):
            do {
                return await handle(try DeviceMessage(parsing: bytes))
            } catch {
                logger.debug("ignored an unreadable message", metadata: ["error": "\(error)"])
                return nil
            }
        }
    }

    private func handle(_ message: DeviceMessage) async -> Turn? {
        switch message {
        case .hello(let hello): greet(hello)
        case .listen(let command): return listen(command)
        case .abort: abort()
        case .ping where settings.answersPing: post(.pong(timestamp: settings.timestamp()))
        case .goodbye:
            interrupt()
            close(1000, reason: "device said goodbye")
        case .mcp(let payload):
            if keepsDeviceTools { await deviceMCP.receive(payload) }
        case .iot(let message):
            hasThings = true
            deviceIoT.receive(message)
        case .server(let json): administer(json)
        case .ping:
            logger.debug("ignored a message", metadata: ["message": "\(message.name)"])
        case .unknown(let type):
            logger.debug("ignored a message of unknown type", metadata: ["type": "\(type.prefix(32))"])
        }
        return nil
    }

    /// Characters of a typed text that are taken; more is nobody's question, and each stage would read it all.
    private static let longestTypedText = 8000

    private func greet(_ hello: ClientHello) {
        features = hello.features
        if features.mcp { keepDeviceTools() }
        framing = hello.framing
        var audio = AudioParameters()
        audio.sampleRate = speech.sampleRate
        audio.frameDuration = speech.frameMilliseconds
        post(.hello(ServerHello(sessionID: id, audio: audio)))
    }

    private func listen(_ command: ListenCommand) -> Turn? {
        if !capture.hasListened {
            capture.hasListened = true
            onListening?()
            onListening = nil
        }
        switch command {
        case .start(let mode):
            capture.mode = mode ?? capture.mode
            capture.isOpen = true
            startOver()
        case .stop(let mode):
            capture.mode = mode ?? capture.mode
            capture.isOpen = false
            capture.utterance?.finish()
            capture.utterance = nil
            listener.endUtterance()
        case .detect(let text, let mode):
            capture.mode = mode ?? capture.mode
            let words = String((text ?? "").prefix(Self.longestTypedText)).trimmingSpaces()
            guard !words.isEmpty else { return nil }
            startOver()
            if wakeWords.matches(words) {
                guard settings.greetsOnWakeWord else {
                    post(.transcript(words))
                    return nil
                }
                return begin(.wakeWord(words))
            }
            return begin(.text(words))
        }
        return nil
    }

    /// What is being said is forgotten (statement 19), a reply goes on (statement 18).
    private func startOver() {
        if machine.isReplying { dropUtterance() } else if capture.utterance != nil { interrupt() }
        listener.reset()
    }

    func dropUtterance() {
        capture.utterance?.finish()
        capture.utterance = nil
    }
}
