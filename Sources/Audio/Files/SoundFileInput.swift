import CSndFile
import Glibc

/// What libsndfile reads: a file and a place in it.
final class SoundFileInput {
    private let file: RegularFile
    private var position: Int64 = 0

    init(_ file: RegularFile) { self.file = file }

    /// For `sf_open_virtual`; the user data is an unretained `SoundFileInput`.
    static var callbacks: SF_VIRTUAL_IO {
        SF_VIRTUAL_IO(
            get_filelen: { SoundFileInput.from($0)?.file.size ?? 0 },
            seek: { SoundFileInput.from($2)?.seek($0, from: $1) ?? -1 },
            read: { SoundFileInput.from($2)?.read(into: $0, count: $1) ?? 0 },
            write: { _, _, _ in 0 },
            tell: { SoundFileInput.from($0)?.position ?? 0 })
    }

    private static func from(_ userData: UnsafeMutableRawPointer?) -> SoundFileInput? {
        userData.map { Unmanaged<SoundFileInput>.fromOpaque($0).takeUnretainedValue() }
    }

    private func seek(_ offset: Int64, from origin: Int32) -> Int64 {
        let base: Int64 =
            switch origin {
            case SEEK_CUR: position
            case SEEK_END: file.size
            default: 0
            }
        let (place, overflow) = base.addingReportingOverflow(offset)
        guard !overflow, place >= 0 else { return -1 }
        position = place
        return place
    }

    private func read(into buffer: UnsafeMutableRawPointer?, count: Int64) -> Int64 {
        guard count > 0 else { return 0 }
        let read = file.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: Int(count)), at: position)
        guard read > 0 else { return 0 }
        position += Int64(read)
        return Int64(read)
    }
}
