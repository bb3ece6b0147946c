import FoundationEssentials
import JSON

/// Figures of a run in a file, by name: written by `--save`, read by `--compare`.
struct FigureFile: Sendable {
    private var figures: [(name: String, value: Double)] = []

    init() {}

    /// - Throws: when the file cannot be read or holds no figures.
    init(reading path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else { throw Unreadable(path: path) }
        guard let object = try? JSON(parsing: Array(data)).object else { throw Unreadable(path: path) }
        figures = object.compactMap { member in member.value.double.map { (member.key, $0) } }
    }

    struct Unreadable: Error, CustomStringConvertible {
        let path: String
        var description: String { "\(path) is no file that --save wrote" }
    }

    mutating func add(_ name: String, _ value: Double?) {
        if let value, value.isFinite { figures.append((name, value)) }
    }

    /// - Throws: what the file system says.
    func write(to path: String) throws {
        var object = JSONObject()
        for figure in figures { object[figure.name] = .number(figure.value) }
        try Data(JSON.object(object).bytes + [0x0A]).write(to: URL(filePath: path))
    }

    /// A line for each figure that both runs have: before, now, and the change in percent.
    func compared(with before: FigureFile) -> String {
        let lines = figures.compactMap { figure -> String? in
            guard let old = before.figures.first(where: { $0.name == figure.name })?.value else { return nil }
            let percent = ((figure.value / old - 1) * 100).shown(1)
            let change = old == 0 ? "" : " (\(figure.value >= old ? "+" : "")\(percent) %)"
            return "  \(figure.name): \(old.shown(3)) → \(figure.value.shown(3))\(change)"
        }
        return (["compared with the run before:"] + (lines.isEmpty ? ["  no figure in common"] : lines))
            .joined(separator: "\n")
    }
}
