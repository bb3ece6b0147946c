/// Why a piece of audio cannot be used.
public struct AudioError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// The bytes are not what they should be.
        case invalidData
        /// The format is known but not one we read.
        case unsupportedFormat
        /// A codec could not be made; memory or an impossible setting.
        case codecUnavailable
    }
    public var code: Code
    public var message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
