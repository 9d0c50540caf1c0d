import Datamodel
import EmbeddedHosts
import Foundation
import PoolServer
import Testing
import TestSupport
import UpdatePackage

/// A started server that trusts the replica of the hotfix, as people meet it in their browsers.
struct Site {
    let server: ServerProcess
    let hotfix: ConsoleHotfix
    let directory: TemporaryDirectory

    init(hosts: Int = 2) async throws {
        directory = try TemporaryDirectory()
        hotfix = try await ConsoleHotfix.get()
        server = try await ServerProcess(state: directory.file("state"), hosts: hosts)
        _ = try await TrustStore(folder: server.state + "/trust").addKeys(from: hotfix.publicKey)
    }

    /// The same state served again, at the same port: what the coordinator is after a crash.
    init(after other: Site, hosts: Int = 2) async throws {
        (directory, hotfix) = (other.directory, other.hotfix)
        server = try await ServerProcess(state: other.server.state, hosts: hosts, port: other.server.port)
    }

    var url: String { "https://127.0.0.1:\(server.port)" }

    func add(user: String, _ role: Role) throws {
        try Users(path: server.state + "/users.json").set(user, password: ServerProcess.password, role: role)
    }

    /// Opens a browser and walks the wizard to its pre-checks, as root, with the hotfix uploaded from disk.
    func openAtPrechecks<Result: Sendable>(_ body: (Browser) async throws -> Result) async throws -> Result {
        try await Browser.open(url) { browser in
            try await browser.go("/")
            try await browser.signIn()
            try await browser.reachPrechecks(self)
            return try await body(browser)
        }
    }

    /// The value of a field, as `xe` prints it.
    func xe(_ words: String...) async throws -> String {
        let result = try await server.xe(words)
        #expect(result.code == 0, "\(words): \(result.error)")
        return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// The replica of XS602ECC031, built and signed once for all tests of this module.
struct ConsoleHotfix: Sendable {
    let package: String
    let zip: String
    let publicKey: String
    private let directory: TemporaryDirectory
    private let key: SigningKey

    static func get() async throws -> ConsoleHotfix { try await shared.value }
    private static let shared = Task { try await ConsoleHotfix() }

    private init() async throws {
        directory = try TemporaryDirectory()
        key = try await SigningKey()
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = root.appending(path: "Demo/XS602ECC031/manifest.yaml").path
        let manifest = try Manifest(yaml: String(contentsOfFile: path, encoding: .utf8), file: path)
        try await ReplicaPackages.build(.updated, into: directory.file("rpms"))
        let built = try await PackageBuilder.build(
            manifest: manifest,
            rpmFolder: directory.file("rpms"),
            output: directory.path,
            signer: key.signer
        )
        package = built.package.path
        zip = built.zip.path
        publicKey = key.publicKey
        await key.stop()
    }
}

extension Browser {
    /// From the first page to the pre-checks, with the hotfix uploaded from disk.
    func reachPrechecks(_ site: Site) async throws {
        try await press("Install Update…", to: "Before You Start")
        try await press("Next ›", to: "Select Update")
        try await type(site.hotfix.package, into: "#package")
        try await wait(for: "#claims")
        try await click("#claims")
        try await press("Next ›", to: "Select Servers")
        try await press("Next ›", to: "Pre-checks")
    }

    /// From the pre-checks to the update mode.
    func reachMode() async throws {
        try await press("Next ›", to: "Update Mode")
    }
}

extension Trait where Self == ConditionTrait {
    /// What the tests in a browser need.
    static var browser: Self {
        .enabled(
            if: Tools.embeddedPool && WebDriver.isInstalled,
            Comment(rawValue: WebDriver.isInstalled ? Tools.embeddedPoolReason : WebDriver.reason)
        )
    }
}
