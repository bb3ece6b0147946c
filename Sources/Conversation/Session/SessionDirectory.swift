import Synchronization

/// The sessions of this server by device: how something outside a turn reaches a device. Holds a session only while it
/// serves.
package final class SessionDirectory: Sendable {
    private struct State {
        /// The current session of each device.
        var current: [String: Session] = [:]
        /// Every session that serves, those in the way of a newer one too.
        var serving: [ObjectIdentifier: Session] = [:]
        var isDraining = false
        var onConnect: @Sendable (String) -> Void = { _ in }
    }
    private let state = Mutex(State())

    package init() {}

    /// Told whenever a device is ready to be spoken to; must not block.
    package func observe(_ onConnect: @escaping @Sendable (String) -> Void) {
        state.withLock { $0.onConnect = onConnect }
    }

    package var devices: [String] { state.withLock { $0.current.keys.sorted() } }

    package func session(of deviceID: String) -> Session? { state.withLock { $0.current[deviceID.lowercased()] } }

    /// Every session that serves, in no order.
    package var sessions: [Session] { state.withLock { Array($0.serving.values) } }

    package var count: Int { state.withLock { $0.serving.count } }

    /// The server is stopping: nobody new should come in.
    package var isDraining: Bool { state.withLock { $0.isDraining } }

    /// Serves a session and keeps it findable meanwhile. An older session of the same device is ended: a board that came
    /// back after a break has only one ear and one mouth.
    package func serve(_ session: Session, _ inputs: some AsyncSequence<SessionInput, any Error> & Sendable) async {
        let device = session.identity.deviceID.lowercased()
        let onConnect = state.withLock { $0.onConnect }
        await session.whenListening { onConnect(device) }
        await enter(session, device)?.replace()
        if isDraining { await session.drain(within: .zero) }
        await session.serve(inputs)
        state.withLock { state in
            if state.current[device] === session { state.current[device] = nil }
            state.serving[ObjectIdentifier(session)] = nil
        }
    }

    /// - Returns: the session whose place it takes.
    private func enter(_ session: Session, _ device: String) -> Session? {
        state.withLock { state in
            state.serving[ObjectIdentifier(session)] = session
            return state.current.updateValue(session, forKey: device)
        }
    }

    /// A session by the id its device was told.
    package func session(id: String) -> Session? {
        state.withLock { $0.serving.values.first { $0.id == id } }
    }

    /// Lets every session finish what it is saying, at most for `limit`, and ends it with 1001.
    package func drain(within limit: Duration) async {
        let sessions = state.withLock { state in
            state.isDraining = true
            return Array(state.serving.values)
        }
        await withDiscardingTaskGroup { group in
            for session in sessions { group.addTask { await session.drain(within: limit) } }
        }
    }

    /// Speaks on a device, after what it is saying now.
    ///
    /// - Parameter ended: told once whether the person could hear it; not called when this returns false.
    /// - Returns: whether the device is there and its person has spoken to it before (conformance statement 27).
    package func say(
        _ text: String, on deviceID: String, ended: @escaping @Sendable (_ wasHeard: Bool) -> Void = { _ in }
    ) async -> Bool {
        await session(of: deviceID)?.announce(text, ended: ended) ?? false
    }
}
