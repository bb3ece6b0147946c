import Foundation
import JSON
import Logging
import Storage
import Synchronization
import VoiceAPI
import WebClient

@testable import Plugins

/// A folder of documents and a database file of its own, on a clock of the test.
final class DocumentsFixture: Sendable {
    /// Never used here, and a client must be shut down before it goes: so it stays.
    private static let web = WebClient()
    let base: URL
    let database: Database
    private let time = Mutex<Int64>(1_785_481_445)

    var folder: URL { base.appending(path: "data/documents") }

    init() throws {
        base = FileManager.default.temporaryDirectory.appending(path: "yuyan-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: base.appending(path: "data/documents"), withIntermediateDirectories: true)
        database = try Database(path: base.appending(path: "data/yuyan.sqlite").path)
    }

    deinit { try? FileManager.default.removeItem(at: base) }

    func pass(seconds: Int64) { time.withLock { $0 += seconds } }

    func write(_ text: String, to path: String) throws { try write(Data(text.utf8), to: path) }

    func write(_ data: Data, to path: String) throws {
        let file = folder.appending(path: path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: file)
    }

    func services(database: Database?) -> PluginServices {
        PluginServices(
            web: Self.web, now: { self.time.withLock { $0 } }, timezoneOffset: 0, directory: base.path,
            announcer: NobodyAnnouncer(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            database: database)
    }

    func tools(_ settings: JSON = [:]) throws -> [any Tool] {
        try DocumentsPlugin.tools(settings, services: services(database: database))
    }
}

extension [any Tool] {
    /// What the model is told.
    func ask(_ question: String) async throws -> String {
        let context = ToolContext(deviceID: "aa", sessionID: "s", language: "en")
        switch try await first?.call(["question": .string(question)], in: context) {
        case .inform(let text)?: return text
        case let other: return "not informed: \(String(describing: other))"
        }
    }
}
