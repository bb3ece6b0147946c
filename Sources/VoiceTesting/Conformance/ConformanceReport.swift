/// What a provider does otherwise than its seam demands, in sentences; empty when it conforms.
///
/// The suites of this folder are the seams' contracts as programs: every provider's tests run the suite of its seam and
/// expect the report to be empty. They use no test framework, so that makers of other providers can run them too.
public struct ConformanceReport: Sendable, CustomStringConvertible {
    public private(set) var violations: [String] = []

    public var isEmpty: Bool { violations.isEmpty }
    public var description: String { violations.isEmpty ? "conforms" : violations.joined(separator: "; ") }

    init() {}

    mutating func demand(_ holds: Bool, _ violation: @autoclosure () -> String) {
        if !holds { violations.append(violation()) }
    }
}
