// swift-tools-version: 6.2
import PackageDescription

/// One set of language rules for every Swift target of the house.
let swift: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .treatAllWarnings(as: .error),
]

/// `dev/setup` unpacks the pinned native libraries (sherpa-onnx with ONNX Runtime) here; the binary finds
/// them in a checkout by the first path and in an installation (`bin/yuyan`, `lib/*.so`) by the second.
let nativeLibraries = "\(Context.packageDirectory)/.deps/lib"
let nativeLinking: [LinkerSetting] = [
    .unsafeFlags([
        "-L\(nativeLibraries)", "-Xlinker", "-rpath", "-Xlinker", nativeLibraries,
        "-Xlinker", "-rpath", "-Xlinker", "$ORIGIN/../lib",
    ])
]

/// A room of the house: a Swift target with the house rules.
func room(_ name: String, path: String? = nil, imports: [Target.Dependency] = [], resources: [Resource]? = nil)
    -> Target
{
    .target(name: name, dependencies: imports, path: path, resources: resources, swiftSettings: swift)
}

func tests(
    _ name: String, imports: [Target.Dependency], exclude: [String] = [], resources: [Resource]? = nil
) -> Target {
    .testTarget(
        name: name, dependencies: imports, exclude: exclude, resources: resources, swiftSettings: swift)
}

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioWebSocket = Target.Dependency.product(name: "NIOWebSocket", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let nioExtras = Target.Dependency.product(name: "NIOExtras", package: "swift-nio-extras")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")

let package = Package(
    name: "yuyan",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "yuyan", targets: ["Yuyan"]),
        .library(name: "VoiceAPI", targets: ["VoiceAPI"]),
        .library(name: "VoiceTesting", targets: ["VoiceTesting"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        // The way of a voice turn, in the order it happens (docs/architecture.md).
        room(
            "Gateway",
            imports: [
                "Addresses", "Conversation", "DeviceProtocol", "Flow", "JSON", logging, lifecycle, nioCore, nioPosix,
                nioHTTP1,
                nioWebSocket, nioExtras, httpTypes, hummingbird, hummingbirdCore, crypto,
            ]),
        room("DeviceProtocol", imports: ["JSON"]),
        room("Conversation", imports: ["VoiceAPI", "DeviceProtocol", "JSON", "Flow", "Audio", "Tools", logging]),
        room("VoiceAPI", imports: ["JSON"]),

        // What the turn is made of.
        room("JSON"),
        room("Addresses"),
        room("Flow", imports: ["VoiceAPI"]),
        room("Resilience", imports: ["VoiceAPI", "Flow", logging]),
        room("Audio", imports: ["VoiceAPI", "COpus", "CSpeexDSP", "CMpg123", "CSndFile"]),
        room("Inference", imports: ["VoiceAPI", "Flow", "CSilero", "CSherpaOnnx", "CPocketSphinx", logging]),
        room(
            "WebClient",
            imports: [
                "VoiceAPI", "JSON", "Flow", asyncHTTPClient, nioCore, nioPosix, nioHTTP1, nioWebSocket, nioSSL, logging,
            ]),
        room("OpenAIProvider", path: "Sources/Providers/OpenAI", imports: ["VoiceAPI", "JSON", "Audio", "WebClient"]),
        room("EspeakProvider", path: "Sources/Providers/Espeak", imports: ["VoiceAPI", "Flow", "Audio", subprocess]),
        room("OfflineSkills", path: "Sources/Providers/OfflineSkills", imports: ["VoiceAPI", "JSON"]),

        // Hands.
        room("Tools", imports: ["VoiceAPI", "JSON", "Flow", logging]),
        room(
            "ToolServers", imports: ["Tools", "VoiceAPI", "JSON", "Flow", "WebClient", subprocess, logging, lifecycle]),
        room(
            "Plugins",
            imports: ["VoiceAPI", "JSON", "Flow", "WebClient", "Storage", "Audio", subprocess, logging, yams]),
        room("OwnerAgent", imports: ["Addresses", "Conversation", "Tools", "VoiceAPI", "JSON", "Flow"]),

        // Running it.
        room("Storage", imports: ["JSON", "Flow", "Resilience", grdb, logging]),
        room("Reports", imports: ["Storage", "JSON", "Flow", "Resilience", "VoiceAPI", "WebClient", logging]),
        room(
            "Telemetry",
            imports: [
                "Conversation", "Tools", "Resilience", "VoiceAPI", "JSON", "Flow", "WebClient", logging, lifecycle,
            ]),
        room("Settings", imports: ["Addresses", "JSON", yams]),
        .executableTarget(
            name: "Yuyan",
            dependencies: [
                "Addresses", "Gateway", "DeviceProtocol", "Conversation", "VoiceAPI", "JSON", "Flow", "Audio",
                "Inference",
                "WebClient",
                "OpenAIProvider", "EspeakProvider", "OfflineSkills", "Settings",
                "Tools", "ToolServers", "Plugins", "OwnerAgent", "Resilience", "Storage", "Reports", "Telemetry",
                "VoiceTesting",
                argumentParser, logging, lifecycle, unixSignals, subprocess, nioCore, nioPosix,
            ],
            swiftSettings: swift,
            linkerSettings: nativeLinking),
        // Counted by Benchmarks/hot-path; no part of the server.
        .executableTarget(
            name: "HotPath",
            dependencies: [
                "Gateway", "Conversation", "Flow", "VoiceAPI", "VoiceTesting", "Inference", logging, nioCore,
                nioEmbedded, nioWebSocket,
            ],
            path: "Benchmarks/HotPath", swiftSettings: swift, linkerSettings: nativeLinking),
        room(
            "VoiceTesting",
            imports: ["Conversation", "Tools", "Flow", "VoiceAPI", "DeviceProtocol", "JSON", "Audio", logging]),
        room("FaultInjection", imports: ["Flow", nioCore, nioPosix]),

        // C libraries, imported by Audio and Inference only.
        .systemLibrary(
            name: "COpus", path: "Sources/CModules/COpus", pkgConfig: "opus", providers: [.apt(["libopus-dev"])]),
        .systemLibrary(
            name: "CSpeexDSP", path: "Sources/CModules/CSpeexDSP", pkgConfig: "speexdsp",
            providers: [.apt(["libspeexdsp-dev"])]),
        .systemLibrary(
            name: "CMpg123", path: "Sources/CModules/CMpg123", pkgConfig: "libmpg123",
            providers: [.apt(["libmpg123-dev"])]),
        .systemLibrary(
            name: "CSndFile", path: "Sources/CModules/CSndFile", pkgConfig: "sndfile",
            providers: [.apt(["libsndfile1-dev"])]),
        .systemLibrary(
            name: "CPocketSphinx", path: "Sources/CModules/CPocketSphinx", pkgConfig: "pocketsphinx",
            providers: [.apt(["libpocketsphinx-dev"])]),
        .systemLibrary(name: "CSherpaOnnx", path: "Sources/CModules/CSherpaOnnx", pkgConfig: "yuyan-sherpa-onnx"),
        .target(
            name: "CSilero", path: "Sources/CModules/CSilero",
            // Optimized in debug builds too: the loops over vectors would take a hundred times as long.
            cSettings: [.unsafeFlags(["-O3"])], linkerSettings: nativeLinking),

        // One test target per room; EndToEndTests runs the real parts over real sockets.
        tests("JSONTests", imports: ["JSON"]),
        tests("DeviceProtocolTests", imports: ["DeviceProtocol", "JSON"]),
        tests("AudioTests", imports: ["Audio", "VoiceAPI"], exclude: ["Fixtures"]),
        tests("InferenceTests", imports: ["Inference", "VoiceAPI", "Audio", "VoiceTesting"]),
        tests(
            "WebClientTests",
            imports: [
                "WebClient", "FaultInjection", "Flow", "VoiceAPI", "JSON", "VoiceTesting", nioCore, nioPosix, nioHTTP1,
                nioWebSocket, httpTypes, hummingbird, logging,
            ]),
        tests(
            "OpenAIProviderTests",
            imports: [
                httpTypes, hummingbird, logging,
                "OpenAIProvider", "FaultInjection", "WebClient", "VoiceAPI", "JSON", "Audio", "VoiceTesting", nioCore,
                nioPosix, nioHTTP1,
            ]),
        tests("EspeakProviderTests", imports: ["EspeakProvider", "VoiceAPI", "Audio", "VoiceTesting"]),
        tests("OfflineSkillsTests", imports: ["OfflineSkills", "VoiceAPI", "JSON", "VoiceTesting"]),
        tests("FlowTests", imports: ["Flow", "VoiceAPI", "VoiceTesting"]),
        tests(
            "ResilienceTests",
            imports: [
                "Resilience", "FaultInjection", "Flow", "VoiceAPI", "WebClient", "OpenAIProvider", "VoiceTesting",
                nioCore, httpTypes, hummingbird, logging,
            ]),
        tests("ToolsTests", imports: ["Tools", "Flow", "VoiceAPI", "JSON", "VoiceTesting", logging]),
        tests(
            "ToolServersTests",
            imports: [
                "ToolServers", "Tools", "Flow", "VoiceAPI", "JSON", "WebClient", "VoiceTesting", hummingbird, logging,
            ], exclude: ["Peers"]),
        tests(
            "PluginsTests",
            imports: [
                "Plugins", "Storage", "Tools", "Flow", "Audio", "VoiceAPI", "JSON", "WebClient", "VoiceTesting",
                hummingbird,
                logging,
            ]),
        tests(
            "OwnerAgentTests",
            imports: [
                "OwnerAgent", "Conversation", "Tools", "Flow", "VoiceAPI", "JSON", "VoiceTesting",
            ]),
        tests(
            "StorageTests", imports: ["Storage", "Flow", "Conversation", "JSON", "VoiceTesting", grdb, logging]),
        tests(
            "ReportsTests",
            imports: [
                "Reports", "Storage", "Flow", "JSON", "VoiceAPI", "WebClient", "VoiceTesting", grdb, nioCore, httpTypes,
                hummingbird, logging,
            ]),
        tests(
            "TelemetryTests",
            imports: [
                "Telemetry", "Conversation", "Tools", "Resilience", "Flow", "VoiceAPI", "JSON", "WebClient",
                "VoiceTesting",
                hummingbird,
                httpTypes, nioCore, subprocess, lifecycle, logging,
            ]),
        tests("AddressesTests", imports: ["Addresses"]),
        tests("SettingsTests", imports: ["Settings", "Addresses", "JSON"]),
        tests(
            "ConversationTests",
            imports: [
                "Conversation", "Flow", "Tools", "Plugins", "DeviceProtocol", "VoiceAPI", "Audio", "JSON",
                "VoiceTesting", logging,
            ]),
        tests(
            "GatewayTests",
            imports: [
                "Addresses", "Gateway", "DeviceProtocol", "Conversation", "VoiceAPI", "JSON", "Flow", "WebClient",
                "VoiceTesting",
                nioCore, nioPosix, logging, lifecycle,
            ]),
        tests(
            "EndToEndTests",
            imports: [
                "Yuyan", "Flow", "Tools", "Plugins", "Storage", lifecycle,
                "Gateway", "Conversation", "DeviceProtocol", "VoiceAPI", "JSON", "Audio", "Inference", "WebClient",
                "OpenAIProvider", "EspeakProvider", "OfflineSkills", "Settings", "Telemetry", "VoiceTesting",
                "FaultInjection", subprocess, hummingbird, nioCore, logging, grdb,
            ], exclude: ["Peers"]),
    ]
)
