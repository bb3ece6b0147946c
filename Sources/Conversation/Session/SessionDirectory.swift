import Synchronization

/// The sessions of this server by device: how something outside a turn reaches a device. Holds a session only while it
/// serves.
package final class SessionDirectory: Sendable {
    private let sessions = Mutex<[String: Session]>([:])
    private let onConnect = Mutex<@Sendable (String) -> Void>({ _ in })

    package init() {}

    /// Told whenever a device is ready to be spoken to; must not block.
    package func observe(_ onConnect: @escaping @Sendable (String) -> Void) {
        self.onConnect.withLock { $0 = onConnect }
    }

    package var devices: [String] { sessions.withLock { $0.keys.sorted() } }

    package func session(of deviceID: String) -> Session? { sessions.withLock { $0[deviceID.lowercased()] } }

    /// Serves a session and keeps it findable meanwhile.
    package func serve(_ session: Session, _ frames: some AsyncSequence<DeviceFrame, any Error> & Sendable) async {
        let device = session.identity.deviceID.lowercased()
        sessions.withLock { $0[device] = session }
        let onConnect = onConnect.withLock { $0 }
        await session.whenListening { onConnect(device) }
        await session.serve(frames)
        sessions.withLock { if $0[device] === session { $0[device] = nil } }
    }

    /// Speaks on a device, after what it is saying now.
    ///
    /// - Returns: whether the device is there and its person has spoken to it before (conformance statement 27).
    package func say(_ text: String, on deviceID: String) async -> Bool {
        await session(of: deviceID)?.announce(text) ?? false
    }
}
