import Addresses
import FoundationEssentials
import Settings
import Testing

@Suite struct ConfigurationLoaderTests {
    private func load(_ override: String?, base: String? = nil, environment: [String: String] = [:]) throws
        -> ConfigurationLoader.Result
    {
        let directory = FileManager.default.temporaryDirectory.appending(path: "yuyan-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: "\(directory)/data", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        if let override { try Data(override.utf8).write(to: URL(filePath: "\(directory)/data/.config.yaml")) }
        if let base { try Data(base.utf8).write(to: URL(filePath: "\(directory)/config.yaml")) }
        return ConfigurationLoader.load(directory: directory, environment: environment)
    }

    @Test func `the defaults in the binary are the config file that is shipped`() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../config.yaml")
        let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        #expect(ShippedConfiguration.yaml.trimmed == text.trimmed)
    }

    @Test(arguments: [nil, "", "# nothing but a comment\n", "---\n"])
    func `without an override, or with an empty one, the defaults hold`(override: String?) throws {
        let result = try load(override)
        #expect(result.problems.isEmpty)
        #expect(result.settings.port == 8000)
        #expect(result.settings.isAuthEnabled)
        #expect(result.settings.wakeWords.contains("你好小智"))
        #expect(result.settings.provider("LLM", "DeepSeekLLM")?["api_key"] == nil)
    }

    @Test func `maps merge, lists and values replace, null means the default`() throws {
        let result = try load("server:\n  port: 9001\n  auth:\n    allowed_devices: [a]\nexit_commands: [stop]\nlog:\n")
        #expect(result.problems.isEmpty)
        #expect(result.settings.port == 9001)
        #expect(result.settings.httpPort == 8003)
        #expect(result.settings.allowedDevices == ["a"])
        #expect(result.settings.exitCommands == ["stop"])
        #expect(result.settings.logLevel == "INFO")
    }

    @Test func `reports are off until they are turned on, and keep no words`() throws {
        #expect(try load(nil).settings.reports == ReportSettings())
        #expect(!ReportSettings().writesFile && !ReportSettings().keepsTranscripts)
        let result = try load(
            "reports: {file: true, webhook: 'https://example.org/hook', transcripts: true, keep_days: 7}\n")
        #expect(result.problems.isEmpty)
        let reports = result.settings.reports
        #expect(reports.writesFile && reports.keepsTranscripts)
        #expect(reports.webhook == "https://example.org/hook")
        #expect(reports.keepDays == 7)
        #expect(try load("reports: {keep_days: 0}\n").isInvalid)
    }

    @Test func `web pages and proxies that are let in are named, one or several`() throws {
        let result = try load(
            "server: {allowed_origins: ['https://app.example.com', 'null'], trusted_proxies: 172.17.0.0/16}\n")
        #expect(result.problems.isEmpty)
        #expect(result.settings.allowedOrigins == [OriginRule("https://app.example.com"), .null])
        #expect(result.settings.trustedProxies == [AddressRange("172.17.0.0/16")])
    }

    @Test(arguments: [
        ("allowed_origins: ['https://a.example/page']", "https://a.example/page"), ("allowed_origins: [null]", "texts"),
        ("allowed_origins: '*.example'", "*.example"),
        ("allowed_origins: 'https://*.example'", "https://*.example"), ("trusted_proxies: [10.0.0.1, proxy]", "proxy"),
        ("trusted_proxies: {a: b}", "172.17.0.0/16"),
    ])
    func `what is no origin or no address is an error that says so`(line: String, named: String) throws {
        let result = try load("server:\n  \(line)\n")
        #expect(result.isInvalid)
        #expect(result.problems.first?.message.contains(named) == true)
    }

    @Test(arguments: [
        ("log: {log_level: FOO}", "log.log_level"), ("server: {ip: 300.1.1.1}", "server.ip"),
        ("server: {ip: [0.0.0.0]}", "server.ip"),
        ("server: {ip: ':::'}", "server.ip"),
    ])
    func `a level or an address that is none is an error`(text: String, keyPath: String) throws {
        let result = try load(text + "\n")
        #expect(result.isInvalid)
        #expect(result.problems.map(\.keyPath) == [keyPath])
    }

    @Test(arguments: [
        "log: {log_level: warning}", "server: {ip: localhost}", "server: {ip: '::'}", "server: {ip: 你的ip}",
    ])
    func `those of the reference and of this machine are none`(text: String) throws {
        #expect(try load(text + "\n").problems.isEmpty)
    }

    @Test func `a directory that is not there is an error`() {
        let result = ConfigurationLoader.load(directory: "/nonexistent/yuyan", environment: [:])
        #expect(result.isInvalid && result.problems.first?.message == "there is no such directory")
    }

    @Test func `a Python server's override starts Yuyan`() throws {
        let result = try load(
            """
            server:
              websocket: ws://你的ip或者域名:端口号/xiaozhi/v1/
              auth:
                enabled: false
            log:
              log_level: DEBUG
            selected_module:
              VAD: SileroVAD
              ASR: FunASR
              LLM: ChatGLMLLM
              TTS: EdgeTTS
              Memory: nomem
              Intent: function_call
            LLM:
              ChatGLMLLM:
                api_key: 你的chat-glm web key
            TTS:
              EdgeTTS:
                type: edge
                voice: zh-CN-XiaoxiaoNeural
            plugins:
              get_weather: {api_key: x}
            """)
        #expect(!result.isInvalid)
        #expect(result.settings.websocketURL == nil)
        #expect(!result.settings.isAuthEnabled)
        #expect(result.settings.selected["LLM"] == ["ChatGLMLLM"])
        #expect(result.settings.provider("LLM", "ChatGLMLLM")?["api_key"] == nil)
    }

    @Test func `a number or a switch in quotes, or from the environment, is one`() throws {
        let result = try load(
            """
            server: {port: "9000", http_port: "${HTTP}", timezone_offset: "-3.5", auth: {enabled: "false"}}
            xiaozhi: {audio_params: {sample_rate: "16000"}}
            """, environment: ["HTTP": "9003"])
        #expect(result.problems.isEmpty)
        #expect(result.settings.port == 9000 && result.settings.httpPort == 9003)
        #expect(result.settings.timezoneOffset == -3.5 && !result.settings.isAuthEnabled)
        #expect(result.settings.sampleRate == 16_000)
        #expect(try load("server: {port: \"eight\"}").isInvalid)
    }

    @Test func `keys that look like numbers stay as they were written`() throws {
        let result = try load(
            "LLM: {A: {type: openai, api_key: 12345678901234567890, model_name: 0123, base_url: 5e10, x: 1234}}")
        let block = try #require(result.settings.provider("LLM", "A"))
        #expect(
            ["api_key", "model_name", "base_url", "x"].map { block[$0] }
                == ["12345678901234567890", "0123", "5e10", "1234"])
    }

    @Test func `a persona may speak of your things`() throws {
        let result = try load(
            """
            server: {websocket: "ws://你的ip:8000/"}
            prompt: 你是小智。你的性格温柔。
            system_error_response: 你的网络好像有问题。
            end_prompt: {prompt: 你的朋友要走了。}
            exit_commands: 退出
            """)
        let settings = result.settings
        #expect(!result.isInvalid && settings.websocketURL == nil && settings.exitCommands == ["退出"])
        #expect(settings.prompt == "你是小智。你的性格温柔。")
        #expect(settings.errorResponse == "你的网络好像有问题。" && settings.farewellPrompt == "你的朋友要走了。")
    }

    @Test func `an address under the reference's name replaces the default under ours`() throws {
        let block = try #require(
            try load("LLM: {DeepSeekLLM: {url: 'http://a/mine', api_key: k}}").settings.provider("LLM", "DeepSeekLLM"))
        #expect(block["base_url"] == nil && block["url"] == "http://a/mine" && block["model_name"] == "deepseek-chat")
    }

    @Test(arguments: [
        "LLM:\n  A:\n\tapi_key: sk-secret\n", "LLM: {A: {api_key: sk-secret}, A: {api_key: sk-secret}}",
        "a: [sk-secret",
    ])
    func `no message about a broken file holds a line of it`(text: String) throws {
        let result = try load(text)
        #expect(result.isInvalid && !result.problems.contains { "\($0)".contains("sk-secret") })
    }

    @Test func `a dollar brace that nobody closes stays once`() throws {
        #expect(try load("server: {websocket: 'ws://h/${x'}").settings.websocketURL == "ws://h/${x")
    }

    @Test func `merge keys bring in what an anchor holds`() throws {
        let result = try load(
            """
            LLM:
              A: &base {type: openai, api_key: k, model_name: a}
              B:
                <<: *base
                model_name: b
            """)
        #expect(result.problems.isEmpty)
        let block = try #require(result.settings.provider("LLM", "B"))
        #expect(block.type == "openai" && block["api_key"] == "k" && block["model_name"] == "b")
    }

    @Test func `a key that stands twice is an error with its name and place`() throws {
        let problem = try #require(try load("log: {}\nserver:\n  port: 1\n  port: 2\n").problems.first)
        #expect("\(problem)".contains("data/.config.yaml:3: twice in the same map: port"))
    }

    @Test func `a file that leaves its settings to a console is told that they are not read`() throws {
        let result = try load("manager-api: {url: 'http://127.0.0.1:8002/xiaozhi', secret: s}\n")
        #expect(!result.isInvalid)
        #expect(result.problems.map(\.keyPath) == ["manager-api.url"])
        #expect(try load("manager-api: {url: '', secret: 你的secret}\n").problems.isEmpty)
    }

    @Test(
        arguments: [
            ("xiaozhi: {audio_params: {sample_rate: 44100}}", "48000"),
            ("xiaozhi: {audio_params: {frame_duration: 33}}", "60"),
            ("server: {websocket: 'http://a:1/'}", "wss://"), ("alerts: {webhook: nonsense}", "https://"),
            ("reports: {webhook: 'ftp://a'}", "https://"), ("telemetry: {otlp_endpoint: localhost}", "https://"),
        ])
    func `what no device could be served with, or no service reached at, is an error that says what could`(
        text: String, word: String
    ) throws {
        let result = try load(text)
        #expect(result.isInvalid)
        #expect(result.problems.first?.message.contains(word) == true)
    }

    @Test func `a wrong type is an error with its place`() throws {
        let result = try load("server:\n  port: eight\n  http_port: 70000\n")
        #expect(result.isInvalid)
        let port = try #require(result.problems.first { $0.keyPath == "server.port" })
        #expect(port.line == 2)
        #expect(port.file == "data/.config.yaml")
        #expect(port.message.contains("whole number"))
        #expect(result.problems.contains { $0.keyPath == "server.http_port" && $0.message.contains("70000") })
    }

    @Test func `a misspelt key is a warning with the nearest known one`() throws {
        let result = try load("server:\n  prot: 9000\nwakeup_word: [a]\n")
        #expect(!result.isInvalid)
        #expect(result.problems.first { $0.keyPath == "server.prot" }?.suggestion == "did you mean server.port?")
        #expect(result.problems.first { $0.keyPath == "wakeup_word" }?.suggestion == "did you mean wakeup_words?")
    }

    @Test func `a number in a provider block that is none is an error with its place, one that cannot be is a warning`()
        throws
    {
        let result = try load(
            """
            VAD: {SileroVAD: {type: silero, threshold: loud, threshold_low: 3}}
            LLM:
              A: {type: openai, temperature: "0.5", max_tokens: ""}
              B: {type: dify, temperature: warm}
            """)
        #expect(result.isInvalid)
        let problems = result.problems.filter { $0.keyPath.contains(".") && !$0.keyPath.hasPrefix("selected") }
        #expect(problems.map(\.keyPath) == ["VAD.SileroVAD.threshold", "VAD.SileroVAD.threshold_low"])
        #expect(problems.map(\.severity) == [.error, .warning] && problems.first?.line == 1)
    }

    @Test func `a selected provider that cannot be used is a warning with its place and the remedy`() throws {
        let result = try load(
            """
            selected_module:
              ASR: FunASR
              LLM: [DeepSeekLM, DeepSeekLLM]
              TTS: EdgeTTS
            TTS: {EdgeTTS: {type: edge}}
            """)
        #expect(!result.isInvalid)
        func problem(_ section: String, _ word: String) -> ConfigurationProblem? {
            result.problems.first { $0.keyPath == "selected_module.\(section)" && "\($0)".contains(word) }
        }
        #expect(problem("ASR", "there is no ASR.FunASR")?.line == 2)
        #expect(problem("LLM", "DeepSeekLM")?.suggestion == "did you mean DeepSeekLLM?")
        #expect(problem("LLM", "DeepSeekLLM has no key")?.line == 3)
        #expect(problem("TTS", "of type edge")?.suggestion?.contains("espeak") == true)
    }

    @Test(arguments: ["server: [", "a: b: c", "\tport: 1", "- just\n- a list"])
    func `broken YAML is an error with its file`(text: String) throws {
        let result = try load(text)
        #expect(result.isInvalid)
        #expect(result.problems.first?.file == "data/.config.yaml")
    }

    @Test func `the environment fills in secrets and overrides keys`() throws {
        let result = try load(
            "LLM:\n  DeepSeekLLM:\n    api_key: ${MY_KEY}\n",
            environment: ["MY_KEY": "sk-1", "YUYAN_SERVER__PORT": "9100"])
        #expect(result.problems.isEmpty)
        #expect(result.settings.provider("LLM", "DeepSeekLLM")?["api_key"] == "sk-1")
        #expect(result.settings.port == 9100)
        #expect(
            try load(nil, environment: ["OPENAI_API_KEY": "sk-2"]).settings.provider("LLM", "OpenAILLM")?["api_key"]
                == "sk-2")
    }

    @Test func `a secret that the environment lacks is an error that names it`() throws {
        let result = try load("LLM:\n  DeepSeekLLM:\n    api_key: ${NOT_SET}\n")
        #expect(result.isInvalid)
        #expect(result.problems.first?.keyPath == "LLM.DeepSeekLLM.api_key")
        #expect(result.problems.first?.message.contains("NOT_SET") == true)
    }

    @Test func `what looks like a variable stays in a prompt, and everywhere when it is written so`() throws {
        let values = ["A": "h$", "B": "tail"]
        #expect(
            try load("server: {websocket: 'ws://${A}${B}'}", environment: values).settings.websocketURL == "ws://h$tail"
        )
        let result = try load("prompt: Call me ${name} or $${HOME}\nmcp_endpoint: 'ws://h/$${x}?a=$'\n")
        #expect(!result.isInvalid)
        #expect(result.problems.map(\.keyPath) == ["prompt"])
        #expect(result.settings.prompt == "Call me ${name} or ${HOME}")
        #expect(result.settings.mcpEndpoint == "ws://h/${x}?a=$")
    }

    @Test func `a whole number may be written with a point`() throws {
        let result = try load(
            "close_connection_no_voice_time: 120.0\nxiaozhi: {audio_params: {frame_duration: 60.0}}\n")
        #expect(result.problems.isEmpty)
        #expect(try load("tool_call_timeout: '20.0'\n").settings.toolTimeout == 20)
        #expect(result.settings.idleLimit == 120 && result.settings.frameDuration == 60)
        #expect(try load("tool_call_timeout: 20.5\n").isInvalid)
    }

    @Test func `the token key is made once, for the owner's eyes only`() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "yuyan-\(UUID().uuidString)").path()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let first = try SecretFile.authKey.loadOrCreate(directory: directory)
        #expect(first.count == 64)
        #expect(try SecretFile.authKey.loadOrCreate(directory: directory) == first)
        for (path, mode) in [("data/.auth_key", 0o600), ("data", 0o700)] {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(directory)/\(path)")
            #expect(attributes[.posixPermissions] as? Int == mode, "\(path)")
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n").trimmingSuffix
    }
    private var trimmingSuffix: String { hasSuffix("\n") ? String(dropLast()).trimmingSuffix : self }
}
