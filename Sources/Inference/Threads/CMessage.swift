/// Lends a C function room for an error text on the stack.
///
/// - Returns: what `body` returned, and the text it wrote (empty when none).
func withCMessage<Result>(
    _ body: (UnsafeMutablePointer<CChar>, Int64) -> Result
) -> (Result, message: String) {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { room in
        room.initialize(repeating: 0)
        guard let start = room.baseAddress else { preconditionFailure("an allocation of 512 bytes has an address") }
        let result = body(start, Int64(room.count))
        return (result, message: String(cString: start))
    }
}
