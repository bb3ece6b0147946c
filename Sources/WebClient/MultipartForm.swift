/// Writes `multipart/form-data`.
public struct MultipartForm: Sendable {
    private static let boundary = "yuyan-7MA4YWxkTrZu0gW-boundary"
    private var bytes: [UInt8] = []

    public init() {}

    public var contentType: String { "multipart/form-data; boundary=\(Self.boundary)" }

    public mutating func append(name: String, value: String) {
        bytes += "--\(Self.boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8
    }

    public mutating func append(name: String, fileName: String, contentType: String, content: [UInt8]) {
        bytes +=
            "--\(Self.boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"; filename=\"\(fileName)\"\r\n".utf8
        bytes += "Content-Type: \(contentType)\r\n\r\n".utf8
        bytes += content
        bytes += "\r\n".utf8
    }

    /// The finished body.
    public var body: [UInt8] { bytes + "--\(Self.boundary)--\r\n".utf8 }
}
