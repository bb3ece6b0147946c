import Flow
import NIOCore
import ServiceLifecycle

/// Measures how late the gateway's event loops come to their work: hands each of them a task that does nothing, again
/// and again, and tells how long it waited. A loop that somebody blocks shows here before its devices are heard late.
///
/// One task waits in each loop at most, so a loop that hangs gathers none.
struct EventLoopProbe: Service, CustomStringConvertible {
    /// For ServiceLifecycle's log.
    var description: String { "Event loop delay" }

    /// Numbered by their place.
    let loops: [any EventLoop]
    var interval: Duration = .seconds(1)
    let clock: SessionClock
    /// Gets the number of a loop and its delay; called on any thread, must not block.
    let report: @Sendable (_ loop: Int, _ delay: Duration) -> Void

    /// Runs until cancelled or shut down gracefully, and until each loop has come to what waits in it.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for (number, loop) in loops.enumerated() { group.addTask { await watch(loop, number) } }
            }
        }
    }

    private func watch(_ loop: any EventLoop, _ number: Int) async {
        while true {
            let asked = clock.now
            // A loop that is shut down has no delay.
            guard let began = try? await loop.submit({ clock.now }).get() else { return }
            report(number, max(.zero, began - asked))
            do { try await clock.sleep(for: interval) } catch { return }
        }
    }
}
