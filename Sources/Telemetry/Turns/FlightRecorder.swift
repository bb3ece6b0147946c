package import Conversation
package import JSON
import Synchronization

/// The last turns of every device, in memory: what an owner looks at when somebody says that it was slow just now.
///
/// Bounded twice: so many turns of a device, so many devices; the device that has been silent longest makes room.
package final class FlightRecorder: Sendable {
    private struct Track {
        var turns: [TurnRecord] = []
        /// Rises with every turn of any device; the smallest is the device longest silent.
        var lastUse = 0
    }
    private struct State {
        var tracks: [String: Track] = [:]
        var uses = 0
        var keepsWords: Bool
    }
    private let turnsPerDevice: Int
    private let deviceLimit: Int
    private let state: Mutex<State>

    /// - Parameter keepsWords: whether what was said is kept; off unless the owner turned transcripts on.
    package init(turnsPerDevice: Int = 20, deviceLimit: Int = 1024, keepsWords: Bool = false) {
        self.turnsPerDevice = max(1, turnsPerDevice)
        self.deviceLimit = max(1, deviceLimit)
        state = Mutex(State(keepsWords: keepsWords))
    }

    /// Changes at run time whether words are kept; turning it off forgets those already kept.
    package func setKeepsWords(_ keeps: Bool) {
        state.withLock { state in
            state.keepsWords = keeps
            guard !keeps else { return }
            state.tracks = state.tracks.mapValues { Track(turns: $0.turns.map(\.withoutWords), lastUse: $0.lastUse) }
        }
    }

    package func observe(_ report: TurnReport) { record(TurnRecord(report)) }

    package func record(_ record: TurnRecord) {
        state.withLock { state in
            let device = record.deviceID.lowercased()
            if state.tracks[device] == nil, state.tracks.count >= deviceLimit,
                let oldest = state.tracks.min(by: { $0.value.lastUse < $1.value.lastUse })
            {
                state.tracks[oldest.key] = nil
            }
            state.uses += 1
            var track = state.tracks.removeValue(forKey: device) ?? Track()
            if track.turns.count >= turnsPerDevice { track.turns.removeFirst(track.turns.count - turnsPerDevice + 1) }
            track.turns.append(state.keepsWords ? record : record.withoutWords)
            track.lastUse = state.uses
            state.tracks[device] = track
        }
    }

    /// The devices known, most recent first.
    package var devices: [String] {
        state.withLock { state in
            state.tracks.sorted { $0.value.lastUse > $1.value.lastUse }.map(\.key)
        }
    }

    /// The last turns, newest first.
    ///
    /// - Parameter device: of this device only; nil for all.
    package func turns(of device: String? = nil, limit: Int = 100) -> [TurnRecord] {
        let all = state.withLock { state -> [TurnRecord] in
            if let device { return state.tracks[device.lowercased()]?.turns ?? [] }
            return state.tracks.values.flatMap(\.turns)
        }
        let newestFirst = all.enumerated().sorted {
            ($0.element.endedAt, $0.offset) > ($1.element.endedAt, $1.offset)
        }
        return newestFirst.prefix(max(0, limit)).map(\.element)
    }

    /// The answer of `/api/turns`: `{"turns": […]}`, newest first.
    package func json(of device: String? = nil, limit: Int = 100) -> JSON {
        ["turns": .array(turns(of: device, limit: limit).map(\.json))]
    }

    /// The last turns as waterfalls, newest first, for the console and `yuyan talk --trace`.
    package func text(of device: String? = nil, limit: Int = 5) -> String {
        turns(of: device, limit: limit).map { TurnWaterfall.render($0) }.joined(separator: "\n\n")
    }
}
