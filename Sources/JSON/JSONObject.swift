/// The members of a JSON object, in the order they were written.
///
/// Device messages have a handful of members, so look-up is a scan: no hashing, one allocation.
public struct JSONObject: Sendable, Hashable, ExpressibleByDictionaryLiteral, Sequence {
    private var members: [Member]

    /// One name and its value.
    public struct Member: Sendable, Hashable {
        public var key: String
        public var value: JSON
    }

    public init() { members = [] }

    /// The last of several equal names wins, as in most parsers.
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self.init()
        for (key, value) in elements { self[key] = value }
    }

    public var count: Int { members.count }
    public var isEmpty: Bool { members.isEmpty }
    public var keys: [String] { members.map(\.key) }
    public func makeIterator() -> IndexingIterator<[Member]> { members.makeIterator() }

    /// The value of a name; assigning nil removes the member.
    public subscript(key: String) -> JSON? {
        get { members.last { $0.key == key }?.value }
        set {
            if let index = members.firstIndex(where: { $0.key == key }) {
                if let newValue { members[index].value = newValue } else { members.remove(at: index) }
            } else if let newValue {
                members.append(Member(key: key, value: newValue))
            }
        }
    }

    /// Adds a member the caller knows to be new; the parser checks for a repeated name itself.
    mutating func append(_ key: String, _ value: JSON) { members.append(Member(key: key, value: value)) }
}
