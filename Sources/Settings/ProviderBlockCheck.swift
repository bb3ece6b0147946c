/// Whether the numbers in provider blocks are numbers. Only blocks of types that Yuyan has: in others the same key may
/// mean something else.
enum ProviderBlockCheck {
    /// What may stand there; outside of it a provider would answer with an error or the detector would never hear.
    private static let numbers: [String: ClosedRange<Double>] = [
        "threshold": 0...1, "threshold_low": 0...1, "min_silence_duration_ms": 0...10_000,
        "temperature": 0...2, "max_tokens": 1...1_000_000, "top_p": 0...1, "frequency_penalty": -2...2,
        "speed": 0.1...10, "sample_rate": 8000...192_000, "first_output_timeout": 0.1...300,
    ]

    static func check(_ root: ConfigurationNode) -> [ConfigurationProblem] {
        ProviderCatalog.types.keys.sorted().flatMap { section in
            (root[section]?.map ?? [:]).sorted { $0.key < $1.key }.flatMap { name, node in
                let block = ProviderSettings(name: name, node: node)
                guard ProviderCatalog.types[section]?.contains(block.type) == true else {
                    return [ConfigurationProblem]()
                }
                return numbers.keys.sorted().compactMap { check($0, of: block, node, at: "\(section).\(name)") }
            }
        }
    }

    private static func check(
        _ key: String, of block: ProviderSettings, _ node: ConfigurationNode, at path: String
    ) -> ConfigurationProblem? {
        guard let value = node.map?[key], let range = numbers[key] else { return nil }
        func problem(_ severity: ConfigurationProblem.Severity, _ message: String) -> ConfigurationProblem {
            ConfigurationProblem(
                severity: severity, keyPath: "\(path).\(key)", file: value.origin.file, line: value.origin.line,
                message: message)
        }
        // An empty one, or a sample's placeholder, means the default.
        if value.content == .null { return nil }
        if case .string(let text) = value.content, text.isEmpty || text.isSampleValue { return nil }
        guard let number = block.number(key) else {
            return problem(.error, "expected a number, found \(value.typeName)")
        }
        guard !range.contains(number) else { return nil }
        return problem(.warning, "expected \(range.lowerBound) to \(range.upperBound), found \(number)")
    }
}
