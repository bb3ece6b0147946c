#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The program begins again in the same process, with the same arguments, as the console asked.
enum SelfExecution {
    /// Returns only when that is impossible; the reason is said.
    static func again() {
        var arguments: [UnsafeMutablePointer<CChar>?] = CommandLine.arguments.map { strdup($0) }
        arguments.append(nil)
        execv("/proc/self/exe", &arguments)
        Terminal.error("the server cannot start again by itself: \(String(cString: strerror(errno)))")
    }
}
