/// How measured values lie.
struct Spread: CustomStringConvertible {
    private let sorted: [Double]
    private let places: Double

    /// - Parameter places: after the decimal point, for reading.
    init(_ values: [Double], places: Int = 1) {
        sorted = values.sorted()
        self.places = (0..<places).reduce(1.0) { power, _ in power * 10 }
    }

    /// - Parameter share: 0 to 1.
    func at(_ share: Double) -> Double {
        guard !sorted.isEmpty else { return 0 }
        return sorted[min(sorted.count - 1, Int((Double(sorted.count) * share).rounded(.down)))]
    }

    var median: Double { at(0.5) }

    var description: String {
        guard !sorted.isEmpty else { return "nothing measured" }
        func rounded(_ share: Double) -> Double { (at(share) * places).rounded() / places }
        return
            "p50 \(rounded(0.5))  p95 \(rounded(0.95))  p99 \(rounded(0.99))  min \(rounded(0))  max \(rounded(1))  n \(sorted.count)"
    }
}
