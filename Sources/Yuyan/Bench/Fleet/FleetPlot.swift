/// The runs of a fleet as one picture: the wait for the answer over the number of devices, or how it lies in one run.
struct FleetPlot: Sendable {
    private let runs: [FleetReport]
    private static let (width, height, margin) = (720.0, 400.0, 56.0)

    init(_ runs: [FleetReport]) { self.runs = runs.filter { !$0.seen.firstAudio.isEmpty } }

    /// SVG text; without a measured answer it says so.
    var svg: String {
        var body: [String]
        if runs.isEmpty {
            body = [text(Self.width / 2, Self.height / 2, "no answer was measured", anchor: "middle")]
        } else if Set(runs.map(\.devices)).count == 1 {
            body = distribution(runs[0])
        } else {
            body = overDevices(runs.sorted { $0.devices < $1.devices })
        }
        body.insert(#"<rect width="100%" height="100%" fill="white"/>"#, at: 0)
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" font-family="sans-serif" font-size="12">
            \(body.joined(separator: "\n"))
            </svg>

            """
    }

    private func overDevices(_ runs: [FleetReport]) -> [String] {
        let most = Double(runs.map(\.devices).max() ?? 1)
        let lines: [(share: Double, name: String, colour: String)] = [
            (0.5, "p50", "#1b7837"), (0.95, "p95", "#e08214"), (0.99, "p99", "#b2182b"),
        ]
        let top = (runs.compactMap { $0.firstAudio(0.99) }.max() ?? 1) * 1.1
        var body = axes(
            horizontal: (0...4).map { "\(Int(most) * $0 / 4)" }, vertical: top,
            title: "first audio over devices, \(runs[0].mode.rawValue)", below: "devices")
        for (index, line) in lines.enumerated() {
            let points = runs.compactMap { run in
                run.firstAudio(line.share).map { place(Double(run.devices) / most, $0 / top) }
            }
            body.append(polyline(points, line.colour))
            let top = Self.margin + 14 * Double(index)
            body.append(text(Self.margin + 12, top, line.name, anchor: "start", colour: line.colour))
        }
        return body
    }

    private func distribution(_ run: FleetReport) -> [String] {
        let sorted = run.seen.firstAudio.sorted()
        let top = (sorted.last ?? 1) * 1.1
        let points = (0...100).map { percent in
            place(Double(percent) / 100, sorted[min(sorted.count - 1, sorted.count * percent / 100)] / top)
        }
        return axes(
            horizontal: (0...4).map { "\($0 * 25) %" }, vertical: top,
            title: "first audio, \(run.devices) devices, \(run.mode.rawValue)", below: "share of the turns")
            + [polyline(points, "#2166ac")]
    }

    // MARK: - Drawing

    private func place(_ x: Double, _ y: Double) -> (Double, Double) {
        (
            Self.margin + x * (Self.width - 2 * Self.margin),
            Self.height - Self.margin - y * (Self.height - 2 * Self.margin)
        )
    }

    private func axes(horizontal: [String], vertical top: Double, title: String, below: String) -> [String] {
        var body = [
            polyline([place(0, 1), place(0, 0), place(1, 0)], "black"),
            text(Self.width / 2, Self.margin / 2, title, anchor: "middle"),
            text(Self.width / 2, Self.height - 12, below, anchor: "middle"),
        ]
        for (index, label) in horizontal.enumerated() {
            let (left, bottom) = place(Double(index) / 4, 0)
            body.append(text(left, bottom + 16, label, anchor: "middle"))
        }
        for step in 0...4 {
            let (left, bottom) = place(0, Double(step) / 4)
            body.append(text(left - 6, bottom + 4, "\(Int(top * Double(step) / 4)) ms", anchor: "end"))
        }
        return body
    }

    private func polyline(_ points: [(Double, Double)], _ colour: String) -> String {
        let list = points.map { "\($0.0.shown(1)),\($0.1.shown(1))" }.joined(separator: " ")
        return #"<polyline fill="none" stroke="\#(colour)" stroke-width="1.5" points="\#(list)"/>"#
    }

    private func text(_ x: Double, _ y: Double, _ words: String, anchor: String, colour: String = "black") -> String {
        #"<text x="\#(x.shown(1))" y="\#(y.shown(1))" text-anchor="\#(anchor)" fill="\#(colour)">\#(words)</text>"#
    }
}
