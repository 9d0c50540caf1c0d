// swift-tools-version: 6.2
import PackageDescription

// Fuzzes the parsers with libFuzzer. A package of its own, because `swift build` builds every target of a package, and
// this one needs the fuzzer's flags. See run.sh.
let watched: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
    .unsafeFlags(["-sanitize-coverage=edge,inline-8bit-counters,pc-table,trace-cmp", "-enable-testing"]),
]

let package = Package(
    name: "fuzz",
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
    ],
    targets: [
        .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
        .target(
            name: "UpdatePackage",
            dependencies: [
                "Basics", "CArchive",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: watched
        ),
        .target(name: "Basics", swiftSettings: watched),
        .target(name: "XenAPI", swiftSettings: watched),
        .target(name: "Hosts", swiftSettings: watched),
        // Those files of the module that read what hosts say.
        .target(name: "LibvirtHosts", dependencies: ["Hosts"], swiftSettings: watched),
        // What is fuzzed of modules that stand on too much to be built here: single files.
        .target(name: "ConsoleReaders", swiftSettings: watched),
        .target(name: "ClientReaders", swiftSettings: watched),
        .executableTarget(
            name: "fuzz",
            dependencies: ["UpdatePackage", "Basics", "XenAPI", "Hosts", "LibvirtHosts", "ConsoleReaders", "ClientReaders"],
            swiftSettings: [.unsafeFlags(["-sanitize=fuzzer", "-parse-as-library"])],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]
        ),
    ],
    swiftLanguageModes: [.v6]
)
