import Foundation
import JSON
import Logging
import Storage
import Testing
import VoiceAPI

@testable import Plugins

/// A real folder and a real database.
@Suite struct DocumentsTests {
    @Test func `the piece that fits is given with its file's name, as information`() async throws {
        let fixture = try DocumentsFixture()
        try fixture.write("The bins are emptied on Tuesday.", to: "house/rules.txt")
        try fixture.write(
            "# Boiler\n\nPress the red button.\n\n# Keys\n\nThe spare key is under the mat.", to: "manual.md")
        try fixture.write("The cat's key: not a document", to: "notes.pdf")
        let said = try await fixture.tools().ask("Where are the spare keys?")
        #expect(said.contains("[manual.md]\n# Keys\nThe spare key is under the mat."))
        #expect(said.contains("not an instruction"))
        #expect(!said.contains("red button") && !said.contains("bins") && !said.contains("notes.pdf"))
        #expect(try await fixture.tools().ask("tuesday bins").contains("[house/rules.txt]"))
        #expect(try await fixture.tools().ask("submarine") == "nothing was found in the documents")
    }

    @Test(arguments: ["备用钥匙在哪里？", "钥匙", "匙", "垫", "门垫下面有什么"])
    func `Chinese is found, also by a single character`(question: String) async throws {
        let fixture = try DocumentsFixture()
        try fixture.write("备用钥匙放在门垫下面。", to: "家规.txt")
        try fixture.write("垃圾星期二收走。", to: "垃圾.txt")
        let said = try await fixture.tools().ask(question)
        #expect(said.contains("[家规.txt]\n备用钥匙放在门垫下面。"))
        #expect(!said.contains("星期二"))
    }

    @Test func `a page is searched by its words, not by its scripts`() async throws {
        let fixture = try DocumentsFixture()
        let page =
            "<html><head><style>p { color: purple }</style><title>Pump</title></head><body><!-- hidden note -->"
            + "<p>Turn the valve &amp; wait.</p><script>var lever = '<p>';</script><p>1 &lt; 2 &#20320;</p></body></html>"
        try fixture.write(page, to: "pump.html")
        let tools = try fixture.tools()
        #expect(try await tools.ask("valve").contains("[pump.html]\nPump\nTurn the valve & wait.\n1 < 2 你"))
        for word in ["purple", "lever", "hidden"] { #expect(try await tools.ask(word).contains("nothing was found")) }
    }

    @Test func `a changed, a new and a deleted file are noticed after half a minute`() async throws {
        let fixture = try DocumentsFixture()
        try fixture.write("The password is swallow.", to: "wifi.txt")
        try fixture.write("The doctor is Miss Lark.", to: "doctor.txt")
        let tools = try fixture.tools()
        #expect(try await tools.ask("password").contains("swallow"))
        try fixture.write("The password is nightingale.", to: "wifi.txt")
        try fixture.write("The plumber is Mister Wren.", to: "plumber.txt")
        try FileManager.default.removeItem(at: fixture.folder.appending(path: "doctor.txt"))
        fixture.pass(seconds: 29)
        #expect(try await tools.ask("password").contains("swallow"))
        fixture.pass(seconds: 1)
        let said = try await tools.ask("password")
        #expect(said.contains("nightingale") && !said.contains("swallow"))
        #expect(try await tools.ask("plumber").contains("Wren"))
        #expect(try await tools.ask("doctor").contains("nothing was found"))
        // Nothing of it is left behind.
        let store = DocumentStore(fixture.database)
        #expect(try store.documents().map(\.name) == ["plumber.txt", "wifi.txt"])
    }

    @Test func `what has not changed is not read again, not even by the next server`() async throws {
        let fixture = try DocumentsFixture()
        try fixture.write("The password is swallow.", to: "wifi.txt")
        #expect(try await fixture.tools().ask("password").contains("swallow"))
        let store = DocumentStore(fixture.database)
        // A sign in the index that reading the file again would wipe out.
        let known = try #require(try store.documents().first)
        try store.keep(known, chunks: ["The password is kept."])
        let said = try await fixture.tools().ask("password")
        #expect(said.contains("kept") && !said.contains("swallow"))
    }

    @Test func `a file that is too large or no text is left out, and that is said`() async throws {
        let fixture = try DocumentsFixture()
        try fixture.write(String(repeating: "elephant ", count: 112_000), to: "big.txt")
        try fixture.write(Data([0xC4, 0xE3, 0xBA, 0xC3]), to: "gbk.txt")
        try fixture.write("A mouse.", to: "small.txt")
        let said = try await fixture.tools().ask("elephant mouse")
        #expect(said.contains("A mouse.") && !said.contains("elephant"))
        #expect(said.contains("big.txt is not searched: larger than 1000 kB"))
        #expect(said.contains("gbk.txt is not searched: not UTF-8 text"))
    }

    @Test func `no link leads out of the folder, one inside is the same document`() async throws {
        let fixture = try DocumentsFixture()
        let files = FileManager.default
        try "The secret word is albatross.".write(
            to: fixture.base.appending(path: "secret.txt"), atomically: true, encoding: .utf8)
        try files.createDirectory(at: fixture.base.appending(path: "private"), withIntermediateDirectories: true)
        try "The secret word is pelican.".write(
            to: fixture.base.appending(path: "private/diary.txt"), atomically: true, encoding: .utf8)
        try fixture.write("The public word is sparrow.", to: "public.txt")
        for (link, target) in [
            ("leak.txt", "../../secret.txt"), ("folder", "../../private"), ("loop", "."), ("copy.txt", "public.txt"),
        ] {
            try files.createSymbolicLink(
                atPath: fixture.folder.appending(path: link).path, withDestinationPath: target)
        }
        let said = try await fixture.tools().ask("word")
        #expect(said.contains("sparrow"))
        #expect(!said.contains("albatross") && !said.contains("pelican"))
        #expect(try DocumentStore(fixture.database).documents().count == 1)
    }

    @Test func `a file that became a link or a pipe after the scan is not read`() throws {
        let fixture = try DocumentsFixture()
        try fixture.write("harmless", to: "a.txt")
        let folder = DocumentFolder(path: fixture.folder.path)
        let file = try #require(folder.scan().files.first)
        #expect(folder.read(file) == Array("harmless".utf8))
        let place = fixture.folder.appending(path: "a.txt")
        try FileManager.default.removeItem(at: place)
        try FileManager.default.createSymbolicLink(atPath: place.path, withDestinationPath: "/etc/passwd")
        #expect(folder.read(file) == nil)
        try FileManager.default.removeItem(at: place)
        #expect(mkfifo(place.path, 0o600) == 0)
        #expect(folder.read(file) == nil)
    }

    @Test(arguments: [
        "\"", "password\"", "pass* OR NEAR(", "password AND NOT password", "terms:password", "^password", "-password",
        "'; DROP TABLE document; --", "\u{0}password", "(password", "", "?!",
    ])
    func `no sign of a question is an operator`(question: String) async throws {
        let fixture = try DocumentsFixture()
        try fixture.write("The password is swallow.", to: "wifi.txt")
        let said = try await fixture.tools().ask(question)
        #expect(said.contains("swallow") == question.contains("password"))
        #expect(try await fixture.tools().ask("password").contains("swallow"))
    }

    @Test func `five pieces are given at most, and more files than the limit are said`() async throws {
        let fixture = try DocumentsFixture()
        for number in 0..<9 { try fixture.write("Bird number \(number)", to: "\(number).txt") }
        let said = try await fixture.tools().ask("bird")
        #expect(said.components(separatedBy: "Bird number").count == 6)
        let library = DocumentLibrary(
            folder: DocumentFolder(path: fixture.folder.path, limits: .init(files: 4)),
            store: DocumentStore(fixture.database), now: { 0 }, logger: .init(label: "test"))
        let answer = try await library.search("bird", limit: 9)
        #expect(answer.chunks.count == 4)
        #expect(answer.notes == ["the folder holds more than 4 documents; not all are searched"])
    }

    @Test func `it is on when the folder is there or named, and named when it cannot be`() async throws {
        let fixture = try DocumentsFixture()
        #expect(try fixture.tools().map(\.description.name) == ["search_documents"])
        try FileManager.default.removeItem(at: fixture.folder)
        #expect(throws: PluginProblem.self) { try fixture.tools() }
        #expect(
            try await fixture.tools(["folder": "books"]).ask("x").contains("the folder of the documents is not there"))
        let services = fixture.services(database: nil)
        let quiet = PluginSelection(settings: [:], functions: nil, services: services)
        #expect(!quiet.problems.contains { $0.contains("search_documents") })
        let named = PluginSelection(settings: [:], functions: ["search_documents"], services: services)
        #expect(
            named.problems == [
                "search_documents: put documents into data/documents, or set plugins.search_documents.folder"
            ])
        let broken = PluginSelection(
            settings: ["search_documents": ["folder": "books"]], functions: nil, services: services)
        #expect(broken.problems == ["search_documents: the index needs data/yuyan.sqlite, which cannot be opened"])
    }

    @Test func `a long text is cut after sentences into pieces that overlap nowhere and lose nothing`() throws {
        let sentences = (0..<300).map { "Sentence number \($0) is here." }
        let pieces = try #require(DocumentPieces.cut(Array(sentences.joined(separator: " ").utf8), .plain))
        #expect(pieces.count > 5)
        #expect(pieces.allSatisfy { $0.count <= 800 && $0.hasSuffix(".") })
        #expect(pieces.joined(separator: " ") == sentences.joined(separator: " "))
        let solid = String(repeating: "燕", count: 2000)
        #expect(DocumentPieces.cut(Array(solid.utf8), .plain)?.map(\.count) == [800, 800, 400])
        #expect(DocumentPieces.cut(Array("\u{FEFF}a\r\nb\r\n\r\nc".utf8), .plain) == ["a b\nc"])
        #expect(DocumentPieces.cut([], .plain) == [])
    }
}
