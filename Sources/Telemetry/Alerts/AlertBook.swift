package import JSON
import Synchronization

/// The alerts of this server: which are firing, and the last ones that came and went. What `/api/alerts` shows.
package final class AlertBook: Sendable {
    /// An alert that was raised or cleared.
    package struct Entry: Sendable, Equatable {
        package var kind: AlertKind
        package var change: AlertState.Change
        /// nil when nothing was there to measure.
        package var value: Double?
        package var limit: Double
        /// Nanoseconds since 1970.
        package var time: Int64

        /// As the webhook and `/api/alerts` show it.
        package var json: JSON {
            var object: JSONObject = [
                "alert": .string(kind.rawValue), "state": change == .raised ? "firing" : "resolved",
                "limit": .number(limit), "at": .string(WallClock.text(time)),
            ]
            if let value { object["value"] = .number((value * 1000).rounded() / 1000) }
            return .object(object)
        }
    }
    private struct State {
        var alerts: [AlertState]
        var since: [AlertKind: Int64] = [:]
        var history: [Entry] = []
    }

    /// Entries kept of the past.
    package static let historyLimit = 100
    private let state: Mutex<State>

    /// - Parameter rules: at most one of each kind; none turns alerting off.
    package init(rules: [AlertRule]) { state = Mutex(State(alerts: rules.map(AlertState.init))) }

    /// Sets other rules; an alert whose rule stays goes on as it is, one whose rule changed begins anew.
    package func change(rules: [AlertRule]) {
        state.withLock { state in
            state.alerts = rules.map { rule in state.alerts.first { $0.rule == rule } ?? AlertState(rule) }
            let firing = Set(state.alerts.filter(\.isFiring).map(\.rule.kind))
            state.since = state.since.filter { firing.contains($0.key) }
        }
    }

    package var isEmpty: Bool { state.withLock { $0.alerts.isEmpty } }
    package var firing: [AlertKind] { state.withLock { $0.alerts.filter(\.isFiring).map(\.rule.kind) } }

    /// Evaluates every rule once.
    ///
    /// - Parameters:
    ///   - values: without a value a kind counts as quiet.
    ///   - time: nanoseconds since 1970.
    /// - Returns: what changed.
    package func evaluate(_ values: [AlertKind: Double], at time: Int64) -> [Entry] {
        state.withLock { state in
            var changes: [Entry] = []
            for index in state.alerts.indices {
                let rule = state.alerts[index].rule
                guard let change = state.alerts[index].evaluate(values[rule.kind]) else { continue }
                let entry = Entry(
                    kind: rule.kind, change: change, value: values[rule.kind], limit: rule.limit, time: time)
                state.since[rule.kind] = change == .raised ? time : nil
                changes.append(entry)
            }
            state.history += changes
            if state.history.count > Self.historyLimit {
                state.history.removeFirst(state.history.count - Self.historyLimit)
            }
            return changes
        }
    }

    /// `{"alerts": [one for each rule], "history": [newest first]}`.
    package var json: JSON {
        let (alerts, since, history) = state.withLock { ($0.alerts, $0.since, $0.history) }
        return [
            "alerts": .array(
                alerts.map { alert in
                    var object: JSONObject = [
                        "alert": .string(alert.rule.kind.rawValue), "state": alert.isFiring ? "firing" : "ok",
                        "limit": .number(alert.rule.limit), "clears_at": .number(alert.rule.clearLimit),
                    ]
                    if let value = alert.value { object["value"] = .number((value * 1000).rounded() / 1000) }
                    if let time = since[alert.rule.kind] { object["since"] = .string(WallClock.text(time)) }
                    return .object(object)
                }), "history": .array(history.reversed().map(\.json)),
        ]
    }
}
