import FoundationEssentials
import NIOCore
import NIOPosix
import Settings

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What this machine gives to the server: files, kernel, ports, models, tools.
struct MachineCheck {
    let settings: ServerSettings
    let directory: String

    /// Every connection is a descriptor; so are files, pipes and calls to providers.
    private static let wantedDescriptors = 4096

    func findings() async -> [Finding] {
        var findings = [descriptors(), backlog()].compactMap { $0 }
        findings.append(await port(settings.port, "WebSocket port"))
        if settings.httpPort != 0 { findings.append(await port(settings.httpPort, "HTTP port")) }
        findings += [detectorModel(), commandModel(), voice(), dataFolder()]
        return findings
    }

    private func descriptors() -> Finding {
        var limit = rlimit()
        #if canImport(Glibc)
            let isKnown = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
        #else
            let isKnown = getrlimit(RLIMIT_NOFILE, &limit) == 0
        #endif
        guard isKnown else { return Finding(.warning, "open files", "the limit cannot be read") }
        // `serve` takes all that it may have.
        let count = limit.rlim_max > UInt(Int.max) ? Int.max : Int(limit.rlim_max)
        guard count < Self.wantedDescriptors else { return Finding(.good, "open files", "at most \(count)") }
        return Finding(
            .warning, "open files", "at most \(count), so about \(max(0, count - 64)) devices",
            remedy: "raise the hard limit: LimitNOFILE=65536 in the systemd unit, ulimits in compose.yaml")
    }

    /// Boards of a whole house come back together after a power cut.
    private func backlog() -> Finding? {
        guard let data = FileManager.default.contents(atPath: "/proc/sys/net/core/somaxconn"),
            let value = Int(String(decoding: data, as: UTF8.self).filter(\.isNumber))
        else { return nil }
        guard value < 256 else { return Finding(.good, "connection backlog", "\(value)") }
        return Finding(
            .warning, "connection backlog", "\(value)", remedy: "sysctl -w net.core.somaxconn=4096")
    }

    private func port(_ port: Int, _ subject: String) async -> Finding {
        let server = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        do {
            try await server.bind(host: settings.ip, port: port).get().close()
            return Finding(.good, subject, "\(port) is free")
        } catch {
            let key = subject.hasPrefix("HTTP") ? "server.http_port" : "server.port"
            return Finding(
                .bad, subject, "\(port) cannot be taken (\(error))",
                remedy: "stop what uses it (perhaps this server, already running), or set \(key)")
        }
    }

    private func detectorModel() -> Finding {
        guard let path = ModelFiles.find("silero_vad.onnx") else {
            return Finding(.bad, "voice activity model", "silero_vad.onnx is not here", remedy: "run dev/setup")
        }
        return Finding(.good, "voice activity model", path)
    }

    private func commandModel() -> Finding {
        let folder = "/usr/share/pocketsphinx/model/en-us/en-us"
        guard FileManager.default.fileExists(atPath: folder) else {
            return Finding(
                .warning, "embedded recognizer", "\(folder) is not here",
                remedy: "apt-get install pocketsphinx-en-us, or select another ASR")
        }
        return Finding(.good, "embedded recognizer", folder)
    }

    private func voice() -> Finding {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
        guard let path = folders.map({ "\($0)/espeak-ng" }).first(where: FileManager.default.isExecutableFile) else {
            return Finding(
                .bad, "embedded voice", "espeak-ng is not in PATH",
                remedy: "apt-get install espeak-ng; without it nobody hears an apology when a cloud voice fails")
        }
        return Finding(.good, "embedded voice", path)
    }

    private func dataFolder() -> Finding {
        let folder = "\(directory)/data"
        let target = FileManager.default.fileExists(atPath: folder) ? folder : directory
        guard FileManager.default.isWritableFile(atPath: target) else {
            return Finding(
                .bad, "data folder", "\(target) cannot be written",
                remedy: "keys, reminders and reports are kept there: give it to the user that runs yuyan")
        }
        return Finding(.good, "data folder", target)
    }
}
