import Conversation
import FoundationEssentials
import Gateway
import JSON
import Telemetry

/// Who is connected and how the server is: `/api/sessions` and `/api/status`.
struct SessionPages: Sendable {
    let directory: SessionDirectory
    let alerts: AlertBook
    let current: CurrentGeneration
    let started = Date()

    /// Sessions of one answer at most.
    private static let limit = 1000

    /// - Returns: nil for an address of somebody else.
    func answer(_ request: OwnerRequest) async -> OwnerAnswer? {
        switch (request.method, request.path) {
        case ("GET", "/api/sessions"): OwnerAnswer(body: (await sessions()).bytes)
        case ("GET", "/api/status"): OwnerAnswer(body: status().bytes)
        default: nil
        }
    }

    func sessions() async -> JSON {
        var list: [JSON] = []
        for session in directory.sessions.prefix(Self.limit) {
            let status = await session.status()
            list.append([
                "session_id": .string(session.id), "device_id": .string(session.identity.deviceID),
                "address": .string(session.identity.remoteAddress), "state": .string(status.phase.rawValue),
                "connected_seconds": .integer(Int64(status.connectedFor / .seconds(1))),
                "silent_seconds": .integer(Int64(status.silentFor / .seconds(1))),
                "messages": .integer(Int64(status.messages)), "packets": .integer(Int64(status.packets)),
                "bytes": .integer(Int64(status.bytes)), "queued_audio": .integer(Int64(status.queuedAudio)),
                "memory_bytes": .integer(Int64(status.memoryEstimate)), "tools": .integer(Int64(status.toolCount)),
            ])
        }
        return ["sessions": .array(list)]
    }

    func status() -> JSON {
        let generation = current.value
        return [
            "version": .string(ProductVersion.current), "sessions": .integer(Int64(directory.count)),
            "draining": .bool(directory.isDraining),
            "uptime_seconds": .integer(Int64(-started.timeIntervalSinceNow)),
            "generation": .integer(Int64(generation.number)),
            "resident_bytes": ProcessStatistics.residentBytes.map { .integer(Int64($0)) } ?? .null,
            "stages": .array(
                generation.choices.map {
                    ["stage": .string($0.stage), "name": .string($0.name), "why": .string($0.reason)]
                }),
            "alerts": alerts.json["alerts"] ?? [],
        ]
    }
}
