import ArgumentParser
import EmbeddedHosts
import Foundation
import Rollout
import UpdatePackage

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Build XS602ECC031, install it on an embedded pool, and prove it.",
        discussion: """
            Builds and signs a replica of the hotfix, starts a server with an embedded pool, types the three commands of \
            the article, has a rollout restart and verify the hosts in waves with their VMs moved off first, and prints \
            what changed. On a terminal it then goes on serving until Ctrl-C; elsewhere, or with CI=true, it ends: 0 if everything is proved.
            """
    )

    @Option(help: "The directory for all that the demonstration makes.")
    var directory = DemoStage.defaultDirectory

    @Option(help: "The manifest of the hotfix.")
    var manifest = "Demo/XS602ECC031/manifest.yaml"

    @Option(help: "How many hosts the pool has.")
    var hosts = 3

    @Option(help: "Where the server listens, as ADDRESS:PORT.")
    var listen = "127.0.0.1:8443"

    func run() async throws {
        let stage = try DemoStage(directory: directory)
        say("1. Build and sign the hotfix")
        let hotfix = try await DemoHotfix.build(manifest: manifest, in: stage)
        for file in hotfix.files { say("   \(file.name)  \(file.digests.size) bytes, md5 \(file.digests.md5)") }

        say("2. Start a pool of \(hosts) hosts, as they were before the hotfix")
        let password = try stage.makePassword()
        try stage.resetState()
        _ = try await TrustStore(folder: stage.state + "/trust").addKeys(from: stage.publicKey)
        let server = try await DemoServer.start(stage, listen: isInteractive ? listen : "127.0.0.1:0", hosts: hosts)
        do {
            let proved = try await install(hotfix, stage, server, password)
            guard proved else { throw OperatorError("The proof failed: see the lines marked with ✗ above.") }
            if isInteractive {
                say("\nThe pool goes on serving at \(server.url) until Ctrl-C.")
                say("In a browser, sign in there as root with the password \(password).")
                say("Try: \(stage.xe) \(server.arguments.joined(separator: " ")) -pw \(password) host-list")
                await server.waitUntilItEnds()
            }
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    private var isInteractive: Bool {
        StandardOutput.isTerminal && ProcessInfo.processInfo.environment["CI"] != "true"
    }

    private func install(
        _ hotfix: DemoHotfix,
        _ stage: DemoStage,
        _ server: DemoServer,
        _ password: String
    ) async throws -> Bool {
        let xe = XE(program: stage.xe, server: server, passwordFile: stage.clientPasswordFile)
        let proof = DemoProof(xe: xe, state: stage.state, hotfix: hotfix)
        let before = try await proof.observe()

        say("3. Install it, as the article says")
        let uuid = try await xe.run("patch-upload", "file-name=\(hotfix.package.path)", shown: true)
        say("   \(uuid)")
        _ = try await xe.run("patch-pool-apply", "uuid=\(uuid)", shown: true)
        let listed = try await xe.run("patch-list", "name-label=\(hotfix.label)", shown: true)
        for line in listed.split(separator: "\n") { say("   \(line)") }

        say("4. Bring it into effect: a rollout restarts the hosts in waves, master first, with their VMs moved off")
        let report = try await DemoRollout(stage: stage, server: server).carryOut(uuid)

        say("5. Proof")
        let proved = try await proof.report(from: before, to: proof.observe(), say: say)
        for line in report.summary { say("   \(line)") }
        return proved && report.ending == .succeeded
    }

    private func say(_ text: String) { StandardOutput.write(text: text) }
}
