import FoundationEssentials
import Testing

@testable import UpdatePackage

@Suite(
    "The program of a package for Debian hosts, run on a host's tree",
    .enabled("needs user namespaces and dpkg") {
        let hasTools = await ToolBox.has("dpkg")
        let hasBuilder = await TinyDeb.isAvailable()
        return await HostTree.isAvailable() && hasTools && hasBuilder
    }
)
struct DebProgramTests {
    /// Builds a package of alpha 2 and beta 2, and a host with alpha 1 and beta 1.
    private func withHost(
        inventory: [String: String] = ["PRODUCT_VERSION": "6.0.2"],
        alpha: TinyDeb = TinyDeb(name: "alpha", version: "2"),
        beta: TinyDeb = TinyDeb(name: "beta", version: "2"),
        old: [TinyDeb] = [TinyDeb(name: "alpha", version: "1"), TinyDeb(name: "beta", version: "1")],
        edit: (inout Manifest) -> Void = { _ in },
        body: (HostTree, String) async throws -> Void
    ) async throws {
        try await Workspace.withPackage(inventory: inventory, edit: edit) { space, manifest, output in
            for deb in [alpha, beta] { _ = try await deb.build(into: space.file("debs")) }
            return try await PackageBuilder.build(
                manifest: manifest,
                debFolder: space.file("debs"),
                output: output,
                signer: space.signer
            )
        } prepare: { space, host in
            try host.makeDebian()
            for deb in old { try await host.install(deb: try await deb.build(into: space.file("old"))) }
        } body: { host, payload in
            try await body(host, payload)
        }
    }

    @Test("precheck passes and changes nothing; apply installs all at once; a second apply has nothing to do")
    func apply() async throws {
        let included = Manifest.Hotfix(uuid: "11111111-2222-4333-8444-555555555555", label: "XS0")
        try await withHost {
            $0.includes = [included]
        } body: { host, payload in
            let before = try host.snapshot("/opt")
            let precheck = try await host.run(payload: payload, "precheck")
            #expect(precheck.status == 0, "\(precheck.output)")
            #expect(try host.snapshot("/opt") == before)
            #expect(try await host.debs() == ["alpha 1 ii", "beta 1 ii"])

            let apply = try await host.run(payload: payload, "apply")
            #expect(apply.status == 0, "\(apply.output)")
            #expect(apply.output.contains("alpha 1") && apply.output.contains("alpha 2 all"))
            #expect(try await host.debs() == ["alpha 2 ii", "beta 2 ii"])
            #expect(host.text("/opt/alpha/version") == "alpha 2\n")
            #expect(!host.exists("/opt/alpha/only-in-1"))
            #expect(host.exists("/var/patch/applied/" + included.uuid))
            #expect(try listDirectory(host.path + "/var/patch") == ["applied"])

            let again = try await host.run(payload: payload, "apply")
            #expect(again.status == 0 && again.output.contains("installed already"), "\(again.output)")
        }
    }

    @Test("dependencies that nothing here meets, removals and downgrades are refused before anything is changed")
    func refusals() async throws {
        let needy = TinyDeb(name: "alpha", version: "2", fields: ["Depends: nowhere-to-be-found (>= 3)"])
        try await withHost(alpha: needy) { host, payload in
            let precheck = try await host.run(payload: payload, "precheck")
            #expect(precheck.status == 1)
            guard case .unknown(let info) = PrecheckFailure(parsing: precheck.output) else {
                Issue.record("\(precheck.output)")
                return
            }
            #expect(info.contains("nowhere-to-be-found"), "\(info)")
            let apply = try await host.run(payload: payload, "apply")
            #expect(apply.status == 1 && apply.output.contains("Nothing was changed"), "\(apply.output)")
            #expect(try await host.debs() == ["alpha 1 ii", "beta 1 ii"])
            #expect(try listDirectory(host.path + "/var/patch") == ["applied"])
        }
        let hostile = TinyDeb(name: "alpha", version: "2", fields: ["Conflicts: gamma"])
        try await withHost(alpha: hostile, old: [TinyDeb(name: "gamma", version: "1")]) { host, payload in
            let precheck = try await host.run(payload: payload, "precheck")
            #expect(precheck.status == 1, "\(precheck.output)")
        }
        try await withHost(old: [TinyDeb(name: "alpha", version: "3")]) { host, payload in
            let precheck = try await host.run(payload: payload, "precheck")
            #expect(precheck.status == 1, "\(precheck.output)")
        }
    }

    @Test("a package whose script fails leaves the host as it was, new packages included")
    func failure() async throws {
        let failing = TinyDeb(
            name: "beta",
            version: "2",
            files: ["/etc/beta.conf": "new\n", "/opt/new/file": "x\n"],
            conffiles: ["/etc/beta.conf"],
            postinst: "echo it does not work; exit 7"
        )
        let old = [TinyDeb(name: "alpha", version: "1", files: ["/opt/alpha/gone": "old\n"])]
        try await withHost(beta: failing, old: old) { host, payload in
            let before = try host.snapshot("/opt")
            let apply = try await host.run(payload: payload, "apply")
            #expect(apply.status == 1)
            #expect(apply.output.contains("it does not work"), "\(apply.output)")
            #expect(apply.output.contains("put back as they were"), "\(apply.output)")
            #expect(try host.snapshot("/opt") == before)
            #expect(!host.exists("/etc/beta.conf"))
            #expect(try await host.debs() == ["alpha 1 ii"])
            #expect(try await host.run(["dpkg", "--audit"]).output.isEmpty)
            #expect(try await host.run(["dpkg", "--verify"]).output.isEmpty)
            #expect(try listDirectory(host.path + "/var/patch") == ["applied"])
        }
    }

    @Test("a run that is cut off is undone by the next, which then goes on; unless other packages have changed since")
    func cutOff() async throws {
        // The first time, the script ends all that run here, as a power cut would.
        let deadly = TinyDeb(
            name: "beta",
            version: "2",
            postinst: "[ -e /var/second ] || { : >/var/second; kill -KILL -1; }"
        )
        try await withHost(beta: deadly) { host, payload in
            let program = host.path + "/var/patch/program.run"
            try writeFile(program, try readFile(payload, limit: 1 << 30) ?? [], mode: 0o755)
            // The namespace's first process is the one that is spared.
            _ = try await host.run(["sh", "-c", "/var/patch/program.run apply; true"])
            try removeFile(program)
            #expect(host.exists("/var/patch/\(Manifest.sample.uuid).rollback/began"))
            #expect(try await host.debs() != ["alpha 2 ii", "beta 2 ii"])

            let precheck = try await host.run(payload: payload, "precheck")
            #expect(precheck.status == 0 && precheck.output.contains("cut off"), "\(precheck.output)")

            try await host.install(deb: try await TinyDeb(name: "other", version: "1").build(into: host.path + "/tmp"))
            let refused = try await host.run(payload: payload, "apply")
            #expect(
                refused.status == 1 && refused.output.contains("Other packages were installed"),
                "\(refused.output)"
            )
            _ = try await host.run(["dpkg", "--purge", "other"])

            let second = try await host.run(payload: payload, "apply")
            #expect(second.status == 0, "\(second.output)")
            #expect(second.output.contains("cut off. It was undone first"), "\(second.output)")
            #expect(try await host.debs() == ["alpha 2 ii", "beta 2 ii"])
            #expect(!host.exists("/var/patch/\(Manifest.sample.uuid).rollback"))
        }
    }

    @Test("what people have changed in a configuration file stays, and the package's own is put beside it")
    func configuration() async throws {
        let old = TinyDeb(
            name: "alpha",
            version: "1",
            files: ["/etc/alpha.conf": "1\n"],
            conffiles: ["/etc/alpha.conf"]
        )
        var new = old
        (new.version, new.files) = ("2", ["/etc/alpha.conf": "2\n"])
        try await withHost(alpha: new, old: [old]) { host, payload in
            try writeFile(host.path + "/etc/alpha.conf", Array("mine\n".utf8))
            let apply = try await host.run(payload: payload, "apply")
            #expect(apply.status == 0, "\(apply.output)")
            #expect(host.text("/etc/alpha.conf") == "mine\n")
            #expect(host.text("/etc/alpha.conf.dpkg-dist") == "2\n")
        }
    }

    @Test("a host without XenServer's inventory is of its distribution's version")
    func ordinaryDebian() async throws {
        try await withHost {
            $0.productVersion = "12"
        } body: { host, payload in
            let wrong = try await host.run(payload: payload, "precheck")
            #expect(wrong.output.contains("WRONG_SERVER_VERSION"))
            try removeFile(host.path + "/etc/xensource-inventory")
            try writeFile(host.path + "/etc/os-release", Array("ID=debian\nVERSION_ID=\"12\"\n".utf8))
            let right = try await host.run(payload: payload, "precheck")
            #expect(right.status == 0, "\(right.output)")
        }
    }
}

extension HostTree {
    /// Gives the tree an empty database of dpkg's.
    fileprivate func makeDebian() throws {
        for folder in ["var/lib/dpkg/info", "var/lib/dpkg/updates", "var/lib/dpkg/triggers", "var/lib/apt", "var/log"] {
            try FileManager.default.createDirectory(atPath: "\(path)/\(folder)", withIntermediateDirectories: true)
        }
        try writeFile(path + "/var/lib/dpkg/status", [])
    }

    fileprivate func install(deb: String) async throws {
        let name = "/tmp/" + lastComponent(deb)
        let bytes = try readFile(deb, limit: 1 << 30) ?? []
        try? removeFile(path + name)
        try writeFile(path + name, bytes)
        let result = try await run(["dpkg", "--install", name])
        try removeFile(path + name)
        if result.status != 0 { throw ToolError.failed(tool: "dpkg", reason: result.output) }
    }

    /// Name, version and state of each package, sorted.
    fileprivate func debs() async throws -> [String] {
        let format = "${Package} ${Version} ${db:Status-Abbrev}\\n"
        let lines = try await run(["dpkg-query", "-W", "-f", format]).output.split(separator: "\n")
        return lines.map { $0.split(separator: " ").joined(separator: " ") }.sorted()
    }
}
