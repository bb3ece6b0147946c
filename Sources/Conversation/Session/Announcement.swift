/// Words to be said on a device outside a turn, and who wants to know what became of them.
struct Announcement: Sendable {
    let words: String
    /// Called once, also when the connection ends first; must not block.
    let ended: @Sendable (_ wasHeard: Bool) -> Void
}
