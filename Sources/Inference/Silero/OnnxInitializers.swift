/// The float tensors that an ONNX file carries in its graph, by name; all else in the file is passed over.
///
/// Only what is needed of protobuf is read: ModelProto.graph (field 7), GraphProto.initializer (5), and of TensorProto
/// dims (1), data_type (2), float_data (4), name (8) and raw_data (9), as in `onnx.proto3`. Every length is checked against
/// what is left, so a damaged file gives fewer tensors or nil, never a trap.
struct OnnxInitializers {
    private(set) var tensors: [String: Tensor] = [:]

    struct Tensor: Equatable {
        var shape: [Int] = []
        var values: [Float] = []
    }

    /// - Parameter bytes: the whole file.
    /// - Returns: nil when this is no protobuf message.
    init?(_ bytes: [UInt8]) {
        guard
            Self.fields(
                of: bytes[...],
                { number, field in
                    guard number == 7, case .bytes(let graph) = field else { return true }
                    return Self.fields(of: graph) { number, field in
                        guard number == 5, case .bytes(let tensor) = field else { return true }
                        return add(tensor)
                    }
                })
        else { return nil }
    }

    private mutating func add(_ message: ArraySlice<UInt8>) -> Bool {
        var (tensor, name, type) = (Tensor(), "", UInt64(0))
        let isWhole = Self.fields(of: message) { number, field in
            switch (number, field) {
            case (1, .number(let size)): tensor.shape.append(Int(truncatingIfNeeded: size))
            case (1, .bytes(var packed)):
                while !packed.isEmpty {
                    guard let size = Self.varint(&packed) else { return false }
                    tensor.shape.append(Int(truncatingIfNeeded: size))
                }
            case (2, .number(let value)): type = value
            case (4, .bytes(let raw)), (9, .bytes(let raw)): tensor.values += Self.floats(raw)
            case (8, .bytes(let text)): name = String(decoding: text, as: UTF8.self)
            default: break
            }
            return true
        }
        let float: UInt64 = 1
        if isWhole, type == float { tensors[name] = tensor }
        return isWhole
    }

    private static func floats(_ raw: ArraySlice<UInt8>) -> [Float] {
        raw.withUnsafeBytes { raw in
            (0..<raw.count / 4).map {
                Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
            }
        }
    }

    // MARK: - Protobuf

    private enum Field {
        case number(UInt64)
        case bytes(ArraySlice<UInt8>)
    }

    /// Calls `body` for each field until it returns false; false when that happened or the message is damaged.
    private static func fields(of message: ArraySlice<UInt8>, _ body: (UInt64, Field) -> Bool) -> Bool {
        var rest = message
        while !rest.isEmpty {
            guard let key = varint(&rest) else { return false }
            let field: Field
            switch key & 7 {
            case 0:
                guard let value = varint(&rest) else { return false }
                field = .number(value)
            case 1:
                guard let value = take(8, &rest) else { return false }
                field = .bytes(value)
            case 2:
                guard let length = varint(&rest), let value = take(length, &rest) else { return false }
                field = .bytes(value)
            case 5:
                guard let value = take(4, &rest) else { return false }
                field = .bytes(value)
            default: return false
            }
            guard body(key >> 3, field) else { return false }
        }
        return true
    }

    private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }

    private static func take(_ length: UInt64, _ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard length <= UInt64(rest.count) else { return nil }
        defer { rest = rest.dropFirst(Int(length)) }
        return rest.prefix(Int(length))
    }
}
