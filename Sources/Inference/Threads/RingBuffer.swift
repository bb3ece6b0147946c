/// A first-in, first-out queue of bounded length in memory that is allocated once.
struct RingBuffer<Element> {
    private var slots: [Element?]
    private var head = 0
    private(set) var count = 0

    init(capacity: Int) {
        slots = Array(repeating: nil, count: max(1, capacity))
    }

    /// Most elements it holds.
    var capacity: Int { slots.count }

    /// Appends, or returns false when it is full.
    mutating func append(_ element: Element) -> Bool {
        guard count < slots.count else { return false }
        slots[position(count)] = element
        count += 1
        return true
    }

    mutating func popFirst() -> Element? {
        guard count > 0 else { return nil }
        defer {
            slots[head] = nil
            head = position(1)
            count -= 1
        }
        return slots[head]
    }

    /// Takes the first match out and closes the gap; costs the queue's length, so it is for cancellation only.
    mutating func removeFirst(where matches: (Element) -> Bool) -> Element? {
        for offset in 0..<count {
            guard let element = slots[position(offset)], matches(element) else { continue }
            for next in offset..<(count - 1) { slots[position(next)] = slots[position(next + 1)] }
            slots[position(count - 1)] = nil
            count -= 1
            return element
        }
        return nil
    }

    mutating func removeAll() -> [Element] {
        var all: [Element] = []
        while let element = popFirst() { all.append(element) }
        return all
    }

    private func position(_ offset: Int) -> Int {
        (head + offset) % slots.count
    }
}
