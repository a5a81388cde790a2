// swift-tools-version: 6.2
import PackageDescription

/// What every Swift target is compiled with (`docs/architecture.md`, "Flags").
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
]

/// How the program is linked: the toolchain's own linker, which packs the many relative relocations of a Swift program
/// (glibc 2.36 and later reads them): 3.5 MB less to load.
let linking: [LinkerSetting] = [
    .unsafeFlags(["-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs"])
]

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource] = [])
    -> Target
{
    .testTarget(
        name: name,
        dependencies: dependencies,
        exclude: exclude,
        resources: resources,
        swiftSettings: strict
    )
}

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
]

let package = Package(
    name: "patchbay",
    products: [
        .executable(name: "patchbay", targets: ["PatchbayCLI"]),
        .library(name: "Patchbay", targets: ["Patchbay"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        // Core: the toolchain only.
        .target(name: "CPlatform"),
        room("PatchbayModel"),
        room("PatchbayLanguage", ["PatchbayModel"]),
        room("PatchbayFiles", ["PatchbayModel", "CPlatform"]),
        room("PatchbayRegistry", ["PatchbayModel", "PatchbayLanguage", "PatchbayFiles"]),
        room("PatchbayWorkspace", ["PatchbayModel", "PatchbayLanguage", "PatchbayFiles"]),
        room("PatchbayConnector", ["PatchbayModel", "PatchbayLanguage"]),
        room("PatchbayDialog", ["PatchbayModel", "PatchbayLanguage"]),
        room("PatchbaySandbox", ["PatchbayModel", "PatchbayLanguage", "PatchbayConnector"]),
        room("PatchbayRecording", ["PatchbayModel", "PatchbayLanguage", "PatchbayConnector", "PatchbayDialog"]),

        // Edge: one outside library each.
        room(
            "PatchbayAccess",
            [
                "PatchbayModel", "PatchbayLanguage", "PatchbayFiles", "PatchbayConnector",
                .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),
        room("PatchbayScript", ["PatchbayModel", "PatchbayDialog", "CPlatform"]),
        room(
            "PatchbayHTTP",
            [
                "PatchbayModel", "PatchbayConnector",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ] + nio
        ),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        room("PatchbayArchive", ["PatchbayFiles", "CZlib"]),
        room(
            "PatchbaySQLite",
            ["PatchbayDialog", .product(name: "GRDB", package: "GRDB.swift")]
        ),
        room("PatchbayTerminal"),

        // Doors.
        room(
            "Patchbay",
            [
                "PatchbayModel", "PatchbayLanguage", "PatchbayFiles", "PatchbayRegistry", "PatchbayWorkspace",
                "PatchbayConnector", "PatchbayDialog", "PatchbaySandbox", "PatchbayRecording", "PatchbayAccess",
                "PatchbayScript", "PatchbayHTTP", "PatchbayArchive", "PatchbaySQLite",
            ]
        ),
        room(
            "PatchbayServer",
            [
                "Patchbay", "PatchbayModel", "PatchbayConnector",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ] + nio
        ),
        .executableTarget(
            name: "PatchbayCLI",
            dependencies: [
                "Patchbay", "PatchbayServer", "PatchbayTerminal",
                "PatchbayModel", "PatchbayFiles", "PatchbayRegistry", "PatchbayWorkspace", "PatchbayConnector",
                "PatchbayDialog", "PatchbaySandbox", "PatchbayRecording", "PatchbayAccess", "PatchbayScript",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict,
            linkerSettings: linking
        ),

        room("PatchbayTesting", ["PatchbayModel", "PatchbayDialog", "PatchbayConnector"]),
        tests(
            "PatchbayTests",
            [
                "PatchbayCLI", "Patchbay", "PatchbayModel", "PatchbayDialog", "PatchbaySQLite",
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ] + nio,
            exclude: ["Fixtures"]
        ),
        tests("PatchbayModelTests", ["PatchbayModel"], exclude: ["Fixtures"]),
        tests("PatchbayTerminalTests", ["PatchbayTerminal"]),
        tests(
            "PatchbayHTTPTests",
            ["PatchbayHTTP", "PatchbayModel", "PatchbayConnector", .product(name: "NIOSSL", package: "swift-nio-ssl")]
                + nio,
            resources: [.copy("Fixtures")]
        ),
        tests(
            "PatchbaySQLiteTests",
            [
                "PatchbaySQLite", "PatchbayTesting", "PatchbayModel", "PatchbayDialog",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]
        ),
        tests("PatchbayLanguageTests", ["PatchbayLanguage", "PatchbayModel"]),
        tests("PatchbayFilesTests", ["PatchbayFiles", "PatchbayTesting", "PatchbayModel", "CPlatform"]),
        tests("PatchbayArchiveTests", ["PatchbayArchive", "PatchbayFiles"]),
        tests(
            "PatchbayConnectorTests",
            ["PatchbayConnector", "PatchbayTesting", "PatchbayModel", "PatchbayLanguage"],
            resources: [.copy("Fixtures")]
        ),
        tests(
            "PatchbaySandboxTests",
            ["PatchbaySandbox", "PatchbayTesting", "PatchbayConnector", "PatchbayModel", "PatchbayLanguage"]
        ),
        tests(
            "PatchbayRecordingTests",
            ["PatchbayRecording", "PatchbayTesting", "PatchbayModel", "PatchbayConnector", "PatchbayDialog"]
        ),
        tests(
            "PatchbayRegistryTests",
            ["PatchbayRegistry", "PatchbayTesting", "PatchbayModel", "PatchbayLanguage", "PatchbayFiles"]
        ),
        tests(
            "PatchbayWorkspaceTests",
            ["PatchbayWorkspace", "PatchbayTesting", "PatchbayModel", "PatchbayLanguage", "PatchbayFiles"],
            exclude: ["Fixtures"]
        ),
        tests(
            "PatchbayAccessTests",
            [
                "PatchbayAccess", "PatchbayTesting", "PatchbayModel", "PatchbayLanguage", "PatchbayFiles",
                "PatchbayConnector", .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),
        tests("PatchbayDialogTests", ["PatchbayDialog", "PatchbayTesting", "PatchbayModel", "PatchbayLanguage"]),
        tests("PatchbayScriptTests", ["PatchbayScript", "PatchbayDialog", "PatchbayModel"]),
    ]
)

// Benchmarks are built by `scripts/bench` alone, so that neither a build nor the tests compile them.
if Context.environment["PATCHBAY_BENCHMARKS"] != nil {
    package.products.append(.executable(name: "PatchbayBenchmarks", targets: ["PatchbayBenchmarks"]))
    package.targets.append(
        .executableTarget(
            name: "PatchbayBenchmarks",
            dependencies: [
                "Patchbay", "PatchbayModel", "PatchbayLanguage", "PatchbayFiles", "PatchbayRegistry",
                "PatchbayConnector",
                "PatchbayDialog", "PatchbayAccess", "PatchbayScript", "PatchbayHTTP", "PatchbayArchive",
                "PatchbaySQLite",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ] + nio,
            path: "Benchmarks/Sources",
            swiftSettings: strict
        )
    )
}

// Fuzzers are built by `scripts/fuzz` alone, with libFuzzer.
if Context.environment["PATCHBAY_FUZZERS"] != nil {
    package.products.append(.executable(name: "PatchbayFuzzers", targets: ["PatchbayFuzzers"]))
    package.targets.append(
        .executableTarget(
            name: "PatchbayFuzzers",
            dependencies: [
                "PatchbayModel", "PatchbayLanguage", "PatchbayFiles", "PatchbayRegistry", "PatchbayWorkspace",
                "PatchbayDialog", "PatchbayArchive", "PatchbayTesting",
            ],
            path: "Tests/PatchbayFuzzers",
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]
        )
    )
}
