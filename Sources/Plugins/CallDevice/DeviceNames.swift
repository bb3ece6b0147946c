import JSON

/// The owner's names for the devices, found without regard to case.
struct DeviceNames: Sendable {
    private let addresses: [String: String]
    /// As the owner wrote them.
    let names: [String]

    /// - Parameter map: names to MAC addresses; nil for none.
    /// - Throws: `PluginProblem` when something else stands there, or one name stands for two devices.
    init(_ map: JSON?) throws(PluginProblem) {
        var addresses: [String: String] = [:]
        var names: [String] = []
        if let map, !map.isNull {
            guard let object = map.object else {
                throw PluginProblem("devices: expected a map of names to MAC addresses")
            }
            for member in object {
                let name = member.key
                guard let text = member.value.string, let address = Self.address(text) else {
                    throw PluginProblem("devices.\(name): expected a MAC address such as 11:22:33:44:55:66")
                }
                guard addresses.updateValue(address, forKey: Self.key(name)) == nil else {
                    throw PluginProblem("devices.\(name): two devices have this name")
                }
                names.append(name)
            }
        }
        self.addresses = addresses
        self.names = names
    }

    /// The device of a name; nil when the owner gave none such.
    func address(of name: String) -> String? { addresses[Self.key(name)] }

    private static func key(_ name: String) -> String {
        name.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// As boards write it in `Device-Id`.
    private static func address(_ text: String) -> String? {
        let pairs = text.lowercased().split(separator: text.contains("-") ? "-" : ":", omittingEmptySubsequences: false)
        guard pairs.count == 6, pairs.allSatisfy({ $0.count == 2 && $0.allSatisfy { $0.isASCII && $0.isHexDigit } })
        else { return nil }
        return pairs.joined(separator: ":")
    }
}
