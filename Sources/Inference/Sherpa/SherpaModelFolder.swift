import FoundationEssentials
import Glibc
import VoiceAPI

/// The files of a sherpa-onnx model, as its authors pack them: `tokens.txt`, and `model.onnx` or an encoder, a decoder
/// and perhaps a joiner, each perhaps with a quantized twin (`.int8.onnx`) and a prefix (`base-encoder.onnx`).
struct SherpaModelFolder {
    let path: String
    let tokens: String
    private let files: [String]
    private let provider: String

    /// - Throws: `.unavailable` when the folder or its tokens are missing.
    init(path: String, provider: String) throws(ProviderError) {
        self.path = path
        self.provider = provider
        do {
            files = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        } catch {
            throw ProviderError(
                .unavailable, provider: provider, message: "there is no model folder \(path)", cause: error)
        }
        guard let tokens = files.first(where: { $0 == "tokens.txt" || $0.hasSuffix("-tokens.txt") }) else {
            throw ProviderError(
                .unavailable, provider: provider,
                message: "\(path) has no tokens.txt; it holds: \(files.joined(separator: ", "))")
        }
        self.tokens = "\(path)/\(tokens)"
    }

    /// The path of a part (`model`, `encoder`, `decoder`, `joiner`), the quantized file first.
    func part(_ name: String) -> String? {
        let matches = files.filter { $0.hasSuffix(".onnx") && ($0.hasPrefix(name) || $0.contains("-\(name)")) }
        let chosen = matches.first { $0.contains("int8") } ?? matches.first
        return chosen.map { "\(path)/\($0)" }
    }

    /// As `part(_:)`, for a file that the model cannot do without.
    func required(_ name: String) throws(ProviderError) -> String {
        guard let file = part(name) else {
            throw ProviderError(
                .unavailable, provider: provider,
                message: "\(path) has no file \(name)*.onnx; it holds: \(files.joined(separator: ", "))")
        }
        return file
    }

    /// Checks that a model file names everything that sherpa-onnx will ask of it.
    ///
    /// sherpa-onnx ends the whole process when a model lacks one of its metadata, so a wrong file must be found out
    /// before. ONNX keeps metadata as plain text in the file, mostly at its end.
    func check(_ file: String, names keys: [String]) throws(ProviderError) {
        let missing = try metadata(of: file, lacks: keys)
        guard missing.isEmpty else {
            throw ProviderError(
                .invalidRequest, provider: provider,
                message: "\(file) is no model of this type: it lacks the metadata \(missing.joined(separator: ", "))")
        }
    }

    /// The keys that a model file does not mention.
    func metadata(of file: String, lacks keys: [String]) throws(ProviderError) -> [String] {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: file), options: .mappedIfSafe)
        } catch {
            throw ProviderError(.unavailable, provider: provider, message: "cannot read \(file)", cause: error)
        }
        return keys.filter { key in !data.withUnsafeBytes { $0.mentions(key) } }
    }
}

extension UnsafeRawBufferPointer {
    /// Whether the bytes of `text` occur.
    fileprivate func mentions(_ text: String) -> Bool {
        let text = Array(text.utf8)
        return text.withUnsafeBytes { key in
            guard let first = key.first, let wanted = key.baseAddress, var next = baseAddress else { return false }
            let end = next + count
            while end - next >= key.count, let hit = memchr(next, Int32(first), end - next - key.count + 1) {
                if memcmp(hit, wanted, key.count) == 0 { return true }
                next = UnsafeRawPointer(hit) + 1
            }
            return false
        }
    }
}
