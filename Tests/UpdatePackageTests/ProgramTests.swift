import FoundationEssentials
import Testing

@testable import UpdatePackage

@Suite(
    "The program inside a package, run on a host's tree",
    .enabled("needs user namespaces") { await HostTree.isAvailable() }
)
struct ProgramTests {
    /// Builds a package of alpha 2 and beta 2, and a host with alpha 1 and beta 1 (and what `before` adds to the manifest).
    private func withHost(
        inventory: [String: String] = ["PRODUCT_VERSION": "6.0.2", "BUILD_NUMBER": "53456p"],
        alpha: TinyRPM = TinyRPM(name: "alpha", version: "2"),
        beta: TinyRPM = TinyRPM(name: "beta", version: "2"),
        edit: (inout Manifest) -> Void = { _ in },
        body: (HostTree, String) async throws -> Void
    ) async throws {
        try await Workspace.withPackage(inventory: inventory, edit: edit) { space, manifest, output in
            for rpm in [alpha, beta] { _ = try await rpm.build(into: space.file("rpms")) }
            return try await PackageBuilder.build(
                manifest: manifest,
                rpmFolder: space.file("rpms"),
                output: output,
                signer: space.signer
            )
        } prepare: { space, host in
            var old: [String] = []
            for name in ["alpha", "beta"] {
                old.append(try await TinyRPM(name: name, version: "1").build(into: space.file("old")))
            }
            try await host.install(old)
        } body: { host, payload in
            try await body(host, payload)
        }
    }

    @Test("info describes the package")
    func info() async throws {
        try await withHost { host, payload in
            let result = try await host.run(payload: payload, "info")
            #expect(result.status == 0)
            #expect(try PatchInfo(parsing: result.output) == Manifest.sample.info)
        }
    }

    @Test(
        "precheck passes and changes nothing; apply installs all in one transaction; a second apply has nothing to do"
    )
    func apply() async throws {
        let included = Manifest.Hotfix(uuid: "11111111-2222-4333-8444-555555555555", label: "XS0")
        try await withHost {
            $0.includes = [included]
        } body: { host, payload in
            let before = try host.snapshot("/opt")
            let precheck = try await host.run(payload: payload, "precheck")
            #expect(precheck.status == 0, "\(precheck.output)")
            #expect(try host.snapshot("/opt") == before)
            #expect(try await host.packages() == ["alpha-1-1.i386", "beta-1-1.i386"])

            let apply = try await host.run(payload: payload, "apply")
            #expect(apply.status == 0, "\(apply.output)")
            #expect(apply.output.contains("alpha-1-1") && apply.output.contains("alpha-2-1"))
            #expect(!apply.output.contains("Alien"))
            #expect(try await host.packages() == ["alpha-2-1.i386", "beta-2-1.i386"])
            #expect(host.text("/opt/alpha/version") == "alpha 2-1\n")
            #expect(!host.exists("/opt/alpha/only-in-1"))
            let stamp = host.path + "/var/patch/applied/" + included.uuid
            #expect(try PatchInfo(parsing: host.text("/var/patch/applied/" + included.uuid)).nameLabel == "XS0")
            #expect(try FileManager.default.attributesOfItem(atPath: stamp)[.posixPermissions] as? Int == 0o440)
            #expect(try listDirectory(host.path + "/var/patch") == ["applied"])

            let again = try await host.run(payload: payload, "apply")
            #expect(again.status == 0, "\(again.output)")
            #expect(again.output.contains("installed already"))
        }
    }

    @Test("Another product version is refused with what was found and required")
    func version() async throws {
        try await withHost(inventory: ["PRODUCT_VERSION": "6.1.0"]) { host, payload in
            let result = try await host.run(payload: payload, "precheck")
            #expect(result.status == 1)
            #expect(PrecheckFailure(parsing: result.output) == .wrongServerVersion(found: "6.1.0", required: "6.0.2"))
        }
    }

    @Test("The build is matched as a whole", arguments: [("53456[pc]", true), ("5345", false), ("1\\|53456p", true)])
    func build(pattern: String, fits: Bool) async throws {
        try await withHost {
            $0.build = pattern
        } body: { host, payload in
            let result = try await host.run(payload: payload, "precheck")
            #expect((result.status == 0) == fits, "\(result.output)")
            if !fits {
                #expect(
                    PrecheckFailure(parsing: result.output)
                        == .wrongServerBuild(found: "53456p", required: "^\(pattern)$")
                )
            }
        }
    }

    @Test("Missing prerequisites are all named; conflicts are refused")
    func hotfixes() async throws {
        let needed = [
            Manifest.Hotfix(uuid: "11111111-2222-4333-8444-555555555555", label: "A"),
            Manifest.Hotfix(uuid: "21111111-2222-4333-8444-555555555555", label: "B"),
        ]
        let conflict = Manifest.Hotfix(uuid: "31111111-2222-4333-8444-555555555555", label: "C")
        try await withHost {
            $0.requires = needed
            $0.conflicts = [conflict]
        } body: { host, payload in
            let missing = try await host.run(payload: payload, "precheck")
            #expect(PrecheckFailure(parsing: missing.output) == .prerequisiteMissing(uuids: needed.map(\.uuid)))
            for hotfix in needed { try writeFile(host.path + "/var/patch/applied/" + hotfix.uuid, []) }
            #expect(try await host.run(payload: payload, "precheck").status == 0)
            try writeFile(host.path + "/var/patch/applied/" + conflict.uuid, [])
            let refused = try await host.run(payload: payload, "precheck")
            guard case .unknown(let info) = PrecheckFailure(parsing: refused.output) else {
                Issue.record("\(refused.output)")
                return
            }
            #expect(info.contains("C (31111111"))
        }
    }

    @Test("Mounted ISOs are refused where the manifest says so")
    func isos() async throws {
        try await withHost {
            $0.refusesMountedISO = true
        } body: { host, payload in
            try writeFile(host.path + "/var/patch/mounted-isos", Array("web & <db>\n".utf8))
            let result = try await host.run(payload: payload, "precheck")
            #expect(PrecheckFailure(parsing: result.output) == .isoMounted(info: "web & <db>"))
        }
    }

    @Test("A dependency that nothing provides is refused by precheck, in rpm's words")
    func dependency() async throws {
        let beta = TinyRPM(name: "beta", version: "2", tags: ["Requires: libmissing.so.1"])
        try await withHost(beta: beta) { host, payload in
            let result = try await host.run(payload: payload, "precheck")
            #expect(result.status == 1)
            guard case .unknown(let info) = PrecheckFailure(parsing: result.output) else {
                Issue.record("\(result.output)")
                return
            }
            #expect(info.contains("libmissing.so.1"))
            let apply = try await host.run(payload: payload, "apply")
            #expect(apply.status != 0)
            #expect(apply.output.contains("Nothing was changed."))
        }
    }

    @Test("A transaction that fails half-way leaves files and database as they were")
    func failsHalfWay() async throws {
        let beta = TinyRPM(name: "beta", version: "2", pre: "exit 3")
        try await withHost(beta: beta) { host, payload in
            let before = try host.snapshot("/opt")
            #expect(try await host.run(payload: payload, "precheck").status == 0)
            let apply = try await host.run(payload: payload, "apply")
            #expect(apply.status == 1)
            #expect(apply.output.contains("put back as they were"), "\(apply.output)")
            #expect(try host.snapshot("/opt") == before)
            #expect(try await host.packages() == ["alpha-1-1.i386", "beta-1-1.i386"])
            #expect(try listDirectory(host.path + "/var/patch") == ["applied"])
        }
    }

    @Test("A run that is killed in the middle of the transaction is undone by the next one, which then succeeds")
    func killedHalfWay() async throws {
        // The scriptlet kills the program on its first run only, when alpha is replaced already.
        let pre = "[ -e /var/tmp/second ] && exit 0\n: > /var/tmp/second\nkill -9 -1"
        try await withHost(beta: TinyRPM(name: "beta", version: "2", pre: pre)) { host, payload in
            let killed = try await host.run(payload: payload, "apply")
            #expect(killed.status != 0)
            #expect(host.exists("/var/patch/\(Manifest.sample.uuid).rollback/began"))
            let apply = try await host.run(payload: payload, "apply")
            #expect(apply.status == 0, "\(apply.output)")
            #expect(apply.output.contains("It was undone first."))
            #expect(try await host.packages() == ["alpha-2-1.i386", "beta-2-1.i386"])
            #expect(try listDirectory(host.path + "/var/patch") == ["applied"])
        }
    }

    @Test("Too little space is refused in bytes", arguments: ["dash", "bash"])
    func space(shell: String) async throws {
        try await Workspace.use { space in
            let host = try HostTree(at: space.file("host"))
            let script = PackageScript(manifest: .sample, neededBytes: 1 << 60).padded
            try writeFile(host.path + "/var/patch/p", script)
            let result = try await host.run([shell, "/var/patch/p", "precheck"])
            guard case .outOfSpace(let found, let required) = PrecheckFailure(parsing: result.output) else {
                Issue.record("\(result.output)")
                return
            }
            #expect(required == "\(1 << 60)")
            #expect((Int64(found) ?? 0) > 0)
        }
    }

    @Test("What a host reports reaches the operator whole, whatever is in it", arguments: ["dash", "bash"])
    func escaping(shell: String) async throws {
        try await Workspace.use { space in
            let odd = #"6<0> & "2" ' $(reboot) `x` \\ *"#
            let host = try HostTree(at: space.file("host"), inventory: ["PRODUCT_VERSION": odd])
            try writeFile(host.path + "/var/patch/p", PackageScript(manifest: .sample, neededBytes: 1).padded)
            let result = try await host.run([shell, "/var/patch/p", "precheck"])
            #expect(
                PrecheckFailure(parsing: result.output) == .wrongServerVersion(found: odd, required: "6.0.2"),
                "\(result.output)"
            )
        }
    }
}
