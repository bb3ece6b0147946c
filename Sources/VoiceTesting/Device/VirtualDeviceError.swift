/// Why a virtual device gave up.
package enum VirtualDeviceError: String, Error, CustomStringConvertible {
    case noHello = "the server did not say hello within ten seconds"
    case noAnswer = "no whole answer came in time"
    case serverLeft = "the server closed the connection"
    case unreadable = "the server sent a text frame that is not JSON"

    package var description: String { rawValue }
}
