/// Who waits for which tick: a hashed timing wheel. Pure; `TickClock` turns it.
///
/// Adding and taking away cost a constant, whatever number waits: thousands of devices wait for their next frame at the
/// same time. An entry further away than one turn of the wheel stays in its slot for as many turns as it needs.
struct TickWheel<Waiter> {
    private struct Entry {
        let id: UInt64
        let tick: Int
        let waiter: Waiter
    }

    /// Slots in the wheel, a power of two. With ticks of 4 ms one turn takes four seconds.
    private static var size: Int { 1024 }

    private var slots = [[Entry]](repeating: [], count: Self.size)
    /// One bit for each slot that is not empty.
    private var occupied = [UInt64](repeating: 0, count: Self.size / 64)
    /// Everything up to this tick has been handed out.
    private(set) var now = 0
    /// How many wait.
    private(set) var count = 0

    init() {}

    /// - Parameters:
    ///   - id: the caller's own, to take the waiter away by.
    ///   - tick: when the waiter is due.
    /// - Returns: false when that tick is over; nobody waits then.
    mutating func insert(_ waiter: Waiter, id: UInt64, at tick: Int) -> Bool {
        guard tick > now else { return false }
        let slot = tick % Self.size
        slots[slot].append(Entry(id: id, tick: tick, waiter: waiter))
        occupied[slot / 64] |= 1 << UInt64(slot % 64)
        count += 1
        return true
    }

    /// - Returns: the waiter; nil when it has been handed out or was never there.
    mutating func remove(id: UInt64, at tick: Int) -> Waiter? {
        let slot = tick % Self.size
        guard let index = slots[slot].firstIndex(where: { $0.id == id }) else { return nil }
        count -= 1
        defer { forgetIfEmpty(slot) }
        return slots[slot].remove(at: index).waiter
    }

    /// Hands out, in the order of their ticks, all who are due at `tick` or before.
    mutating func advance(to tick: Int) -> [Waiter] {
        guard tick > now else { return [] }
        defer { now = tick }
        var due: [Entry] = []
        for step in 1...min(tick - now, Self.size) {
            let slot = (now + step) % Self.size
            guard occupied[slot / 64] & 1 << UInt64(slot % 64) != 0 else { continue }
            due += slots[slot].filter { $0.tick <= tick }
            slots[slot].removeAll { $0.tick <= tick }
            forgetIfEmpty(slot)
        }
        count -= due.count
        if tick - now > 1 { due.sort { ($0.tick, $0.id) < ($1.tick, $1.id) } }
        return due.map(\.waiter)
    }

    /// All who wait; afterwards nobody does.
    mutating func removeAll() -> [Waiter] {
        defer { self = TickWheel(now: now) }
        return slots.flatMap { $0.map(\.waiter) }
    }

    /// The first tick at which somebody may be due, at most one turn of the wheel away; nil when nobody waits.
    var next: Int? {
        guard count > 0 else { return nil }
        // Word by word from the slot after `now`, round the wheel.
        let first = (now + 1) % Self.size
        var distance = 0
        while distance < Self.size {
            let slot = (first + distance) % Self.size
            let rest = occupied[slot / 64] >> UInt64(slot % 64)
            if rest != 0 { return now + 1 + distance + rest.trailingZeroBitCount }
            distance += 64 - slot % 64
        }
        return nil
    }

    private init(now: Int) { self.now = now }

    private mutating func forgetIfEmpty(_ slot: Int) {
        guard slots[slot].isEmpty else { return }
        occupied[slot / 64] &= ~(1 << UInt64(slot % 64))
    }
}
