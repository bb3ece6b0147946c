package import Logging
import Synchronization

/// The level of the whole process's log, which the owner may change while it runs. A logger that was given a level of
/// its own keeps it.
package final class LogLevel: Sendable {
    private let level: Mutex<Logger.Level>

    package init(_ level: Logger.Level) { self.level = Mutex(level) }

    package var current: Logger.Level {
        get { level.withLock { $0 } }
        set { level.withLock { $0 = newValue } }
    }
}
