#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A child that ends before it has read what it is given must be an error of one call, not the end of this process.
package enum BrokenPipe {
    /// Called before a child is started: from then on a broken pipe is told by `EPIPE` instead of a deadly signal.
    package static func ignore() { _ = ignored }

    private static let ignored: Bool = {
        signal(SIGPIPE, SIG_IGN)
        return true
    }()
}
