#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Lines for the person at the keyboard.
enum Terminal {
    /// To standard error, whole lines at once, so that standard output stays for results.
    static func error(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

    /// To standard output, without waiting for a full buffer.
    static func say(_ text: String, newline: Bool = true) { write(newline ? text + "\n" : text, to: STDOUT_FILENO) }

    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
