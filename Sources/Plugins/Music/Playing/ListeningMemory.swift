import Synchronization

/// Where each device stopped listening, for `resume`, `next` and `previous`. In memory only; when it is full, the
/// device that has not listened for longest is forgotten.
final class ListeningMemory: Sendable {
    private struct Entry {
        var ticket: Int
        var place: PlayLedger.Place
    }
    private struct State {
        var entries: [String: Entry] = [:]
        var lastTicket = 0
    }
    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: devices.
    init(limit: Int = 1000) { self.limit = limit }

    /// The device begins to listen.
    ///
    /// - Returns: a ticket for `update`: what an earlier track still has to say is then out of date.
    func begin(_ place: PlayLedger.Place, on deviceID: String) -> Int {
        state.withLock { state in
            state.lastTicket += 1
            if state.entries[deviceID] == nil, state.entries.count >= limit,
                let oldest = state.entries.min(by: { $0.value.ticket < $1.value.ticket })
            {
                state.entries[oldest.key] = nil
            }
            state.entries[deviceID] = Entry(ticket: state.lastTicket, place: place)
            return state.lastTicket
        }
    }

    func update(_ place: PlayLedger.Place, on deviceID: String, ticket: Int) {
        state.withLock { state in
            if state.entries[deviceID]?.ticket == ticket { state.entries[deviceID]?.place = place }
        }
    }

    /// nil when the device has not listened, or so long ago that it is forgotten.
    func place(on deviceID: String) -> PlayLedger.Place? { state.withLock { $0.entries[deviceID]?.place } }
}
