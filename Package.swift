// swift-tools-version: 6.2
import Foundation
import PackageDescription

// Every target is strict: warnings are errors, and existentials are spelled out.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

// The planner, the rollout and its simulator run thousands of times in the tests: optimised in debug builds too, they take
// half the time, and overflow checks stay.
let strictAndFast = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

// lld links our executables and test bundle in half of gold's time, and never runs out of memory.
let linker: [LinkerSetting] = [.unsafeFlags(["-use-ld=lld"])]

let package = Package(
    name: "pitstop",
    products: [
        .executable(name: "pitstop", targets: ["pitstop"]),
        .executable(name: "xe", targets: ["xe"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-asn1", exact: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", exact: "1.21.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
    ],
    targets: [
        // MARK: Floor 0: pure knowledge. No sockets, no clocks, no pool.
        .target(name: "Basics", swiftSettings: strict),
        .target(name: "XenAPI", swiftSettings: strict),
        .target(name: "Datamodel", swiftSettings: strict),
        .target(name: "Planner", dependencies: ["Basics"], swiftSettings: strictAndFast),
        .target(
            name: "UpdatePackage",
            dependencies: [
                "Basics", "CArchive",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict
        ),
        .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
        .systemLibrary(name: "CLibvirt", pkgConfig: "libvirt", providers: [.apt(["libvirt-dev"])]),

        // MARK: Floor 1: what lasts, the pool's memory and its hosts.
        .target(
            name: "Storage",
            dependencies: ["Basics", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict
        ),
        .target(
            name: "PoolDatabase",
            dependencies: ["Basics", "XenAPI", "Datamodel", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: strict
        ),
        .target(name: "Hosts", swiftSettings: strict),
        // Figures for monitoring systems.
        .target(
            name: "Monitoring",
            dependencies: [.product(name: "CoreMetrics", package: "swift-metrics")],
            swiftSettings: strict
        ),
        .target(
            name: "EmbeddedHosts",
            dependencies: [
                "Hosts",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),

        .target(
            name: "LibvirtHosts",
            dependencies: [
                "Basics", "CLibvirt", "Hosts", "UpdatePackage",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),

        .target(
            name: "XenAPIClient",
            dependencies: [
                "Basics", "XenAPI",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),

        // MARK: Floor 2: what host and VM messages mean.
        .target(
            name: "PoolOperations",
            dependencies: ["PoolControl", "PoolDatabase", "Planner", "Hosts", "XenAPI"],
            swiftSettings: strict
        ),

        // What a run asks of a pool, whatever kind of pool it is: protocols and the values that they pass.
        .target(name: "PoolControl", dependencies: ["PoolDatabase", "XenAPI"], swiftSettings: strict),

        // MARK: Floor 3: what is built on them.
        .target(
            name: "RemotePools",
            dependencies: [
                "Storage", "Basics", "PoolControl", "PoolDatabase", "XenAPIClient", "UpdatePackage", "Datamodel",
                "XenAPI",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "RepositoryUpdates",
            dependencies: ["Basics", "Hosts", "UpdatePackage", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict
        ),
        .target(
            name: "PoolPatching",
            dependencies: [
                "Storage", "Basics", "PoolOperations", "PoolControl", "PoolDatabase", "Hosts", "UpdatePackage",
                "XenAPI",
            ],
            swiftSettings: strict
        ),

        .target(
            name: "Rollout",
            dependencies: ["Basics", "Planner", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strictAndFast
        ),
        .target(
            name: "PoolPlanning",
            dependencies: ["Planner", "PoolControl", "PoolOperations", "PoolDatabase", "XenAPI"],
            swiftSettings: strict
        ),
        .target(name: "RolloutSimulation", dependencies: ["Rollout", "Planner"], swiftSettings: strictAndFast),
        // MARK: Floor 4: runs on a pool.
        .target(
            name: "PoolRollout",
            dependencies: [
                "Storage", "Basics", "Rollout", "Planner", "PoolPlanning", "PoolPatching", "PoolOperations",
                "PoolControl",
                "PoolDatabase", "Hosts", "UpdatePackage", "Datamodel", "XenAPI",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),

        // MARK: Floor 5: the doors.
        .target(
            name: "PoolServer",
            dependencies: [
                "Storage", "Basics", "Monitoring", "PoolOperations", "PoolPatching", "PoolRollout", "Rollout",
                "PoolControl",
                "PoolDatabase", "Hosts", "XenAPI", "Datamodel",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),

        .target(
            name: "Notices",
            dependencies: [
                "Storage", "Basics", "UpdatePackage", "Rollout",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),

        .target(
            name: "Console",
            dependencies: [
                "Storage", "Basics", "CConsoleAssets", "PoolRollout", "Rollout", "PoolOperations", "PoolPatching",
                "PoolDatabase",
                "UpdatePackage", "XenAPI", "Datamodel",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        // The console's style sheet and scripts, put in by the C compiler: Swift's own ways cost minutes or break.
        .target(name: "CConsoleAssets"),

        // Many pools, each reached by its XenAPI. The machine of fleet runs is as pure as that of runs.
        .target(
            name: "Fleet",
            dependencies: [
                "Storage", "Basics", "RemotePools", "UpdatePackage", "XenAPIClient", "XenAPI",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strictAndFast
        ),
        .target(name: "FleetSimulation", dependencies: ["Fleet"], swiftSettings: strictAndFast),

        // MARK: Floor 6: the commands.
        .executableTarget(
            name: "pitstop",
            dependencies: [
                "Storage", "Basics", "Notices", "PoolServer", "Console", "PoolPatching", "PoolOperations",
                "PoolDatabase",
                "EmbeddedHosts",
                "LibvirtHosts", "Hosts", "UpdatePackage",
                "Planner", "PoolPlanning", "Rollout", "RolloutSimulation", "PoolRollout", "PoolControl", "RemotePools",
                "RepositoryUpdates", "XenAPI", "XenAPIClient", "Datamodel", "Fleet",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict,
            linkerSettings: linker
        ),
        .executableTarget(
            name: "xe",
            dependencies: [
                "Basics", "XenAPI",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict,
            linkerSettings: linker
        ),

        // MARK: Benchmarks, each beside its peer.
        .executableTarget(
            name: "wire-bench",
            dependencies: ["XenAPI", "Datamodel"],
            path: "Benchmarks/wire",
            exclude: ["peer.py", "run.sh"],
            swiftSettings: strict,
            linkerSettings: linker
        ),
        .executableTarget(
            name: "update-bench",
            dependencies: ["UpdatePackage"],
            path: "Benchmarks/updates",
            exclude: ["run.sh"],
            swiftSettings: strict,
            linkerSettings: linker
        ),
        .executableTarget(
            name: "planner-bench",
            dependencies: ["Planner"],
            path: "Benchmarks/Planner",
            swiftSettings: strict,
            linkerSettings: linker
        ),
        .executableTarget(
            name: "fleet-bench",
            dependencies: ["Fleet", "FleetSimulation"],
            path: "Benchmarks/Fleet",
            swiftSettings: strict,
            linkerSettings: linker
        ),
        .executableTarget(
            name: "rollout-bench",
            dependencies: ["Rollout", "RolloutSimulation"],
            path: "Benchmarks/Rollout",
            swiftSettings: strict,
            linkerSettings: linker
        ),

        // MARK: Tests, beside the module that they test.
        .testTarget(name: "BasicsTests", dependencies: ["Basics"], swiftSettings: strict),
        .testTarget(
            name: "XenAPITests",
            dependencies: ["XenAPI"],
            exclude: ["Fuzzing/Seeds"],
            swiftSettings: strict,
            linkerSettings: linker
        ),
        .testTarget(name: "DatamodelTests", dependencies: ["Datamodel"], swiftSettings: strict),
        .testTarget(
            name: "MonitoringTests",
            dependencies: ["Monitoring", .product(name: "CoreMetrics", package: "swift-metrics")],
            swiftSettings: strict
        ),
        .testTarget(name: "StorageTests", dependencies: ["Storage", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "PlannerTests", dependencies: ["Planner"], swiftSettings: strict),
        .testTarget(
            name: "UpdatePackageTests",
            dependencies: ["Basics", "UpdatePackage", "TestSupport"],
            exclude: ["Fuzzing/Seeds"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "XenAPIClientTests",
            dependencies: [
                "XenAPIClient", "XenAPI", "ScriptedServer", "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict,
            linkerSettings: linker
        ),
        .testTarget(name: "PoolControlTests", dependencies: ["PoolControl", "XenAPI"], swiftSettings: strict),
        .testTarget(
            name: "RemotePoolsTests",
            dependencies: [
                "RemotePools", "PoolControl", "PoolDatabase", "PoolRollout", "Rollout", "XenAPIClient", "XenAPI",
                "UpdatePackage", "ScriptedServer", "TestSupport",
            ],
            swiftSettings: strict,
            linkerSettings: linker
        ),
        .testTarget(
            name: "PoolDatabaseTests",
            dependencies: ["PoolDatabase", "Datamodel", "XenAPI", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: strict,
            linkerSettings: linker
        ),
        .testTarget(
            name: "PoolServerTests",
            dependencies: [
                "PoolServer", "PoolRollout", "PoolPlanning", "Planner", "Rollout", "PoolOperations", "PoolPatching",
                "PoolControl", "PoolDatabase", "Hosts", "UpdatePackage", "XenAPI", "Datamodel", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict,
            linkerSettings: linker
        ),
        .testTarget(name: "EmbeddedHostsTests", dependencies: ["EmbeddedHosts", "Hosts"], swiftSettings: strict),
        .testTarget(
            name: "LibvirtHostsTests",
            dependencies: ["LibvirtHosts", "Hosts", "UpdatePackage", "TestSupport"],
            exclude: ["Fuzzing/Seeds"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "PoolOperationsTests",
            dependencies: ["PoolOperations", "PoolDatabase", "Hosts", "XenAPI", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "RolloutTests",
            dependencies: [
                "Rollout", "RolloutSimulation", "Planner", .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict,
            linkerSettings: linker
        ),
        .testTarget(
            name: "FleetTests",
            dependencies: ["Fleet", "FleetSimulation", "Storage", "UpdatePackage", "XenAPI", "TestSupport"],
            swiftSettings: strict,
            linkerSettings: linker
        ),
        .testTarget(
            name: "NoticesTests",
            dependencies: [
                "Notices", "Rollout", "RolloutSimulation", "Storage", "UpdatePackage", "ScriptedServer", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict,
            linkerSettings: linker
        ),
        .testTarget(
            name: "PoolPatchingTests",
            dependencies: [
                "PoolPatching", "PoolOperations", "PoolDatabase", "EmbeddedHosts", "Hosts", "UpdatePackage", "XenAPI",
                "TestSupport",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "RepositoryUpdatesTests",
            dependencies: ["RepositoryUpdates", "EmbeddedHosts", "Hosts", "UpdatePackage", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "PoolPlanningTests",
            dependencies: ["PoolPlanning", "Planner", "PoolControl", "PoolOperations", "PoolDatabase", "XenAPI"],
            swiftSettings: strict
        ),
        .testTarget(name: "XETests", dependencies: ["xe"], swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "pitstop", "xe", "EmbeddedHosts", "Hosts", "LibvirtHosts", "UpdatePackage", "XenAPI", "XenAPIClient",
                "TestSupport", "GenerationProfiles", "ScriptedServer", "Notices",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ClientTests",
            dependencies: ["pitstop", "EmbeddedHosts", "UpdatePackage", "TestSupport"],
            exclude: ["client.py", "facts.yml", "farewell.py", "hostile.py", "rollout.py", "xenserver.yml"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ConsoleTests",
            dependencies: [
                "Console", "pitstop", "xe", "PoolControl", "PoolServer", "PoolRollout", "Rollout", "Datamodel",
                "EmbeddedHosts",
                "UpdatePackage", "PoolDatabase", "PoolOperations", "PoolPatching", "Hosts", "XenAPI", "TestSupport",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            swiftSettings: strict,
            linkerSettings: linker
        ),
        .target(
            name: "ScriptedServer",
            dependencies: [
                "XenAPI",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            path: "Tests/ScriptedServer",
            swiftSettings: strict
        ),
        // Pools of other generations than an embedded one's, in front of one.
        .target(
            name: "GenerationProfiles",
            dependencies: [
                "ScriptedServer", "TestSupport", "XenAPI",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            path: "Tests/GenerationProfiles",
            swiftSettings: strict
        ),
        .target(
            name: "TestSupport",
            dependencies: [
                "CArchive", "Hosts", "UpdatePackage",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Tests/TestSupport",
            swiftSettings: strict
        ),
    ],
    swiftLanguageModes: [.v6]
)

// `make test-module MODULE=PlannerTests` builds that test target and what it stands on, and nothing else.
if let names = ProcessInfo.processInfo.environment["PITSTOP_TESTS"]?.split(separator: ",").map(String.init) {
    var kept = Set(names)
    var open = names
    while let name = open.popLast() {
        for dependency in package.targets.first(where: { $0.name == name })?.dependencies ?? [] {
            if case .byNameItem(let below, _) = dependency, kept.insert(below).inserted { open.append(below) }
        }
    }
    package.targets.removeAll { !kept.contains($0.name) }
    package.products.removeAll { !kept.contains($0.name) }
}

// Only those who make the documentation need its plugin: see Scripts/docs.sh.
if ProcessInfo.processInfo.environment["PITSTOP_DOCS"] != nil {
    package.dependencies.append(.package(url: "https://github.com/swiftlang/swift-docc-plugin", exact: "1.5.0"))
}
