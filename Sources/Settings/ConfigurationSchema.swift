import Addresses

/// The keys the server knows, with the reference server's names; those it does not use yet are accepted.
enum ConfigurationSchema {
    enum Kind: Sendable {
        case text, flag, texts, map
        case integer(ClosedRange<Int>)
        case number(ClosedRange<Double>)
        /// One of these whole numbers.
        case choice([Int])
        /// An address that begins with one of these and `://`.
        case address([String])
        /// A text that is one of these.
        case word(of: String, where: @Sendable (String) -> Bool)
        /// Texts that each are one of these.
        case list(of: String, where: @Sendable (String) -> Bool)
        /// Of the reference; accepted in any form.
        case accepted
    }

    /// What Opus encodes: samples per second, and milliseconds in a packet (RFC 6716 2).
    private static let opusRates = [8000, 12_000, 16_000, 24_000, 48_000]
    private static let opusFrames = [5, 10, 20, 40, 60, 80, 100, 120]

    /// The reference's (loguru) and ours (swift-log).
    private static let levels = ["TRACE", "DEBUG", "INFO", "NOTICE", "SUCCESS", "WARNING", "ERROR", "CRITICAL"]

    /// An address to listen on: numbers must be an address, a name may be one.
    private static func isHost(_ text: String) -> Bool {
        text.isEmpty || text.isSampleValue || IPAddress(text) != nil
            || (text.contains(where: \.isLetter) && !text.contains(":"))
    }

    static let keys: [String: Kind] = [
        "server": .map, "server.ip": .word(of: "an IP address of this machine, such as 0.0.0.0", where: isHost),
        "server.port": .integer(0...65_535),
        "server.http_port": .integer(0...65_535),
        "server.websocket": .address(["ws", "wss"]), "server.vision_explain": .accepted,
        "server.timezone_offset": .number(-12...14),
        "server.auth": .map, "server.auth.enabled": .flag, "server.auth.allowed_devices": .texts,
        "server.auth.expire_seconds": .integer(-1...Int(Int32.max)), "server.auth.tokens": .accepted,
        "server.auth_key": .text,
        "server.trusted_proxies": .list(of: "IP addresses or ranges such as 172.17.0.0/16") { AddressRange($0) != nil },
        "server.allowed_origins": .list(of: "origins such as https://app.example.com, host names, \"null\" or \"*\"") {
            OriginRule($0) != nil
        },
        "server.limits": .map, "server.limits.connections": .integer(1...1_000_000),
        "server.limits.per_address": .integer(1...100_000), "server.limits.new_per_second": .integer(1...100_000),
        "server.limits.memory_mb": .integer(1...1_000_000), "server.limits.queued_audio": .integer(1...1_000_000),
        "server.limits.cpu_share": .number(0.01...1),
        "server.ping_interval": .integer(1...3600), "server.ping_timeout": .integer(2...7200),
        "server.drain_timeout": .integer(0...300), "server.owner_token": .text,
        "server.mqtt_gateway": .accepted,
        "server.mqtt_signature_key": .accepted,
        "server.udp_gateway": .accepted, "server.firmware_cache_ttl": .accepted,
        "log": .map,
        "log.log_level": .word(of: "one of \(levels.joined(separator: ", "))") { levels.contains($0.uppercased()) },
        "log.log_format": .text, "log.log_format_file": .accepted,
        "log.log_dir": .accepted, "log.log_file": .accepted, "log.data_dir": .accepted,
        "log.transcripts": .flag,
        "alerts": .map, "alerts.webhook": .address(["http", "https"]), "alerts.interval": .number(0.1...3600),
        "alerts.window": .number(1...86_400), "alerts.raise_after": .integer(1...1000),
        "alerts.clear_after": .integer(1...1000), "alerts.clear_at": .number(0...1),
        "alerts.connections": .number(0...1_000_000), "alerts.first_audio_p95_ms": .number(0...600_000),
        "alerts.error_rate": .number(0...1), "alerts.backlog": .number(0...10_000_000),
        "telemetry": .map, "telemetry.otlp_endpoint": .address(["http", "https"]),
        "telemetry.turns_per_device": .integer(1...1000),
        "delete_audio": .accepted, "close_connection_no_voice_time": .integer(5...86_400), "tts_timeout": .accepted,
        "tool_call_timeout": .integer(1...600), "tool_filler_delay_ms": .integer(100...60_000),
        "enable_wakeup_words_response_cache": .accepted,
        "enable_greeting": .flag,
        "enable_stop_tts_notify": .accepted, "stop_tts_notify_voice": .accepted, "enable_websocket_ping": .flag,
        "tts_audio_send_delay": .accepted, "exit_commands": .texts, "xiaozhi": .map, "xiaozhi.type": .accepted,
        "xiaozhi.version": .accepted, "xiaozhi.transport": .accepted, "xiaozhi.audio_params": .map,
        "xiaozhi.audio_params.format": .accepted, "xiaozhi.audio_params.sample_rate": .choice(opusRates),
        "xiaozhi.audio_params.channels": .accepted, "xiaozhi.audio_params.frame_duration": .choice(opusFrames),
        "reports": .map, "reports.file": .flag, "reports.webhook": .address(["http", "https"]),
        "reports.transcripts": .flag,
        "reports.keep_days": .integer(1...3650),
        "module_test": .accepted, "wakeup_words": .texts, "mcp_endpoint": .accepted, "context_providers": .accepted,
        "plugins": .accepted, "voiceprint": .accepted, "prompt": .text, "prompt_template": .accepted,
        "system_error_response": .text, "end_prompt": .accepted, "manager-api": .accepted,
        "read_config_from_api": .accepted, "device_max_output_size": .accepted,
        "selected_module": .map, "selected_module.VAD": .accepted, "selected_module.ASR": .accepted,
        "selected_module.LLM": .accepted, "selected_module.VLLM": .accepted, "selected_module.TTS": .accepted,
        "selected_module.Memory": .accepted, "selected_module.Intent": .accepted,
        "VAD": .map, "ASR": .map, "LLM": .map, "VLLM": .accepted, "TTS": .map, "Memory": .accepted, "Intent": .accepted,
    ]

    /// Sections whose members are named by the owner.
    static let openSections: Set<String> = ["VAD", "ASR", "LLM", "TTS"]

    /// Every problem of a merged configuration.
    static func check(_ root: ConfigurationNode) -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        check(root, path: "", into: &problems)
        return problems.sorted { ($0.file, $0.line) < ($1.file, $1.line) }
    }

    private static func check(_ node: ConfigurationNode, path: String, into problems: inout [ConfigurationProblem]) {
        for (key, value) in node.map ?? [:] {
            let keyPath = path.isEmpty ? key : "\(path).\(key)"
            if openSections.contains(path) {
                if value.map == nil, value.content != .null {
                    problems.append(wrong(value, keyPath, expected: "a map of settings"))
                }
                continue
            }
            guard let kind = keys[keyPath] else {
                let near = nearest(to: keyPath)
                problems.append(
                    ConfigurationProblem(
                        severity: .warning, keyPath: keyPath, file: value.origin.file, line: value.origin.line,
                        message: "unknown key", suggestion: near.map { "did you mean \($0)?" }))
                continue
            }
            if let expected = mismatch(value, kind) { problems.append(wrong(value, keyPath, expected: expected)) }
            if case .map = kind { check(value, path: keyPath, into: &problems) }
        }
    }

    private static func wrong(_ node: ConfigurationNode, _ path: String, expected: String) -> ConfigurationProblem {
        ConfigurationProblem(
            severity: .error, keyPath: path, file: node.origin.file, line: node.origin.line,
            message: "expected \(expected), found \(node.typeName)")
    }

    /// - Returns: what was expected, when the value is something else. Null means: the default.
    private static func mismatch(_ node: ConfigurationNode, _ kind: Kind) -> String? {
        switch (kind, node.content) {
        case (.accepted, _), (_, .null), (.map, .map), (.flag, .bool), (.text, .string), (.text, .integer),
            (.text, .number):
            return nil
        case (.integer(let range), .integer(let value)):
            return range.contains(value)
                ? nil : "a whole number from \(range.lowerBound) to \(range.upperBound), not \(value)"
        case (.number(let range), .integer(let value)) where range.contains(Double(value)): return nil
        case (.number(let range), .number(let value)) where range.contains(value): return nil
        case (.texts, .list), (.texts, .string): return nil
        case (.list(let wanted, let isRight), .list(let list)):
            let wrong = list.first { if case .string(let text) = $0.content { !isRight(text) } else { true } }
            guard let wrong else { return nil }
            return if case .string(let text) = wrong.content { "\(wanted), not \(text)" } else { "\(wanted), as texts" }
        case (.word(let wanted, let isRight), .string(let text)), (.list(let wanted, let isRight), .string(let text)):
            return isRight(text) ? nil : "\(wanted), not \(text)"
        case (.word(let wanted, _), _), (.list(let wanted, _), _): return wanted
        case (.choice(let choices), .integer(let value)) where choices.contains(value): return nil
        case (.choice(let choices), _): return "one of \(choices.map(String.init).joined(separator: ", "))"
        // An empty one, or a sample, means none.
        case (.address(let schemes), .string(let text)):
            let isAddress =
                text.isEmpty || text.isSampleValue || schemes.contains { text.lowercased().hasPrefix("\($0)://") }
            return isAddress ? nil : addressWanted(schemes)
        case (.address(let schemes), _): return addressWanted(schemes)
        case (.map, _): return "a map"
        case (.flag, _): return "true or false"
        case (.text, _): return "a text"
        case (.texts, _): return "a list of texts"
        case (.integer(let range), _): return "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case (.number(let range), _): return "a number from \(range.lowerBound) to \(range.upperBound)"
        }
    }

    private static func addressWanted(_ schemes: [String]) -> String {
        "an address that begins with \(schemes.map { "\($0)://" }.joined(separator: " or "))"
    }

    /// The same configuration with numbers and switches where somebody wrote them in quotes, or `${NAME}` put in a text.
    static func unquoted(_ node: ConfigurationNode, path: String = "") -> ConfigurationNode {
        var node = node
        if case .map(let members) = node.content, !openSections.contains(path) {
            node.content = .map(
                Dictionary(
                    uniqueKeysWithValues: members.map { key, value in
                        (key, unquoted(value, path: path.isEmpty ? key : "\(path).\(key)"))
                    }))
        }
        guard let kind = keys[path] else { return node }
        switch (kind, node.content) {
        case (.integer, .string(let text)), (.number, .string(let text)), (.choice, .string(let text)),
            (.flag, .string(let text)):
            node.content = YAMLReader.plain(text)
        default: break
        }
        switch (kind, node.content) {
        // Python makes no difference between 120.0 and 120.
        case (.integer, .number(let number)), (.choice, .number(let number)):
            if let whole = Int(exactly: number) { node.content = .integer(whole) }
        default: break
        }
        return node
    }

    static func nearest(to path: String, among known: [String] = Array(keys.keys)) -> String? {
        let best = known.map { (key: $0, distance: distance(path, $0)) }.min {
            ($0.distance, $0.key) < ($1.distance, $1.key)
        }
        guard let best, best.distance <= max(2, path.count / 4) else { return nil }
        return best.key
    }

    /// Levenshtein.
    private static func distance(_ a: String, _ b: String) -> Int {
        let (a, b) = (Array(a), Array(b))
        var row = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var previous = row[0]
            row[0] = i + 1
            for (j, y) in b.enumerated() {
                let cost = min(previous + (x == y ? 0 : 1), row[j] + 1, row[j + 1] + 1)
                previous = row[j + 1]
                row[j + 1] = cost
            }
        }
        return row[b.count]
    }
}
