import FoundationEssentials
import Testing

@testable import UpdatePackage

@Suite("Programs on strangers' data")
struct OutsideToolTests {
    private func shell(_ script: String, inputs: [String: String] = [:], output: String? = nil) async throws
        -> Tool.Outcome
    {
        try await OutsideTool(name: "sh", inputs: inputs, output: output, timeLimit: .seconds(30)).run(["-c", script])
    }

    @Test("see the one file that they may read, under a name of ours, and nothing else of this machine")
    func closed() async throws {
        try await Workspace.use { space in
            let file = try space.write(Array("inside\n".utf8), to: "%(id).rpm")
            let seen = try await shell("cat /in/data; ls /in; ls -A /tmp; ls /home /etc /root", inputs: ["data": file])
            #expect(seen.text == "inside\ndata\n")
            #expect(try await shell("echo x >/in/data", inputs: ["data": file]).exitStatus != 0)
            #expect(try await shell("echo x >/usr/pitstop-test").exitStatus != 0)
            #expect(try await shell("test -e \(space.path)").exitStatus != 0)
            let interfaces = try await shell("while read -r line; do echo \"$line\"; done </proc/net/dev")
            #expect(!interfaces.text.contains("eth"))
            let variables = try await shell("env").text.split(separator: "\n").map { $0.prefix { $0 != "=" } }
            #expect(
                Set(variables).isSubset(of: ["HOME", "GNUPGHOME", "LC_ALL", "PATH", "PWD", "_", "SHLVL", "OLDPWD"])
            )
        }
    }

    @Test("write into their own folder only, and no more than they may")
    func bounded() async throws {
        try await Workspace.use { space in
            try FileManager.default.createDirectory(atPath: space.file("o"), withIntermediateDirectories: true)
            _ = try await shell("echo kept >/out/a", output: space.file("o"))
            #expect(try space.bytes("o/a") == Array("kept\n".utf8))
            let tool = OutsideTool(name: "sh", output: space.file("o"), fileSize: 4_096, timeLimit: .seconds(30))
            let outcome = try await tool.run(["-c", "exec head -c 100000 /dev/zero >/out/b"])
            #expect(outcome.exitStatus == nil, "the kernel ends it: \(outcome.status)")
            #expect(fileSize(space.file("o/b")) == 4_096)
        }
    }

    @Test("that are missing are named, and those that hang are ended")
    func missingAndHanging() async throws {
        await #expect(throws: ToolError.missing(tool: "pitstop-no-such-tool")) {
            try await OutsideTool(name: "pitstop-no-such-tool").run([])
        }
        await #expect(throws: ToolError.timedOut(tool: "prlimit")) {
            try await OutsideTool(name: "sleep", timeLimit: .milliseconds(300)).run(["600"])
        }
    }

    @Test("are started in no other place")
    func onlyPlace() throws {
        let sources = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/Sources/UpdatePackage"
        var starters: [String] = []
        for folder in try listDirectory(sources) {
            for name in (try? listDirectory("\(sources)/\(folder)")) ?? [] where name.hasSuffix(".swift") {
                let text = String(
                    decoding: try readFile("\(sources)/\(folder)/\(name)", limit: 1 << 20) ?? [],
                    as: UTF8.self
                )
                if text.contains(" Tool(name:") || text.contains("Subprocess.run(") { starters.append(name) }
            }
        }
        // The publisher's own gpg signs the publisher's own files.
        #expect(starters.sorted() == ["OutsideTool.swift", "Signer.swift", "Tool.swift"])
    }
}

@Suite("RPMs, read from their own headers")
struct RPMReaderTests {
    @Test("are described as rpm describes them", .enabled("needs rpm") { await ToolBox.has("rpm") })
    func agreement() async throws {
        try await Workspace.use { space in
            for rpm in [
                TinyRPM(name: "alpha", version: "2", tags: ["Epoch: 3"]),
                TinyRPM(name: "libstdc++", version: "1.0~rc1^2", release: "2.el5", architecture: "noarch"),
            ] {
                let path = try await rpm.build(into: space.file("rpms"))
                let found = try #require(try RPMReader.describe([(path, "x.rpm")]).first)
                let format =
                    "%{NAME} %{EPOCHNUM} %{VERSION} %{RELEASE} %{ARCH} %{LONGSIZE} %{FILENAMES:arraysize} %{LICENSE} "
                    + "%{SOURCERPM} sha256:%{SHA256HEADER} sha1:%{SHA1HEADER}"
                let told = try await Tool(name: "rpm")
                    .require(["--dbpath", space.path, "--nosignature", "-qp", "--qf", format, path]).text
                let headers = found.headers.sorted { $0.count > $1.count }.joined(separator: " ")
                #expect(
                    told == "\(found.name) \(found.epoch) \(found.version) \(found.release) \(found.architecture) "
                        + "\(found.installedSize) \(found.fileCount) \(found.license) \(found.sourcePackage) \(headers)"
                )
            }
        }
    }

    @Test("that are texts for rpm to expand are refused before anything reads them, wherever they lie")
    func macros() async throws {
        try await Workspace.use { space in
            let command = Array("%(touch \(space.file("owned")))\n".utf8)
            let script = sampleProgram + [UInt8](repeating: 0x0a, count: 4_096 - sampleProgram.count)
            try writeArchive(
                space.file("payload.tar"),
                .tar,
                [ArchiveMember(path: "openssl-1.0.rpm", content: .bytes(command))],
                modified: 0
            )
            _ = try await space.sign(script + space.bytes("payload.tar"), to: "a.xsupdate")
            try writeArchive(
                space.file("a.zip"),
                .zip,
                [ArchiveMember(path: "a.xsupdate", content: .file(space.file("a.xsupdate")))],
                modified: nil
            )
            for name in ["a.xsupdate", "a.zip"] {
                let error = await #expect(throws: PackageError.self) {
                    try await inspect(file: space.file(name), policy: TrustPolicy())
                }
                #expect(error?.description.contains("openssl-1.0.rpm is no RPM: it does not begin as one") == true)
                #expect(
                    error?.description.contains("/package-") == false,
                    "its name in a temporary folder means nothing"
                )
            }
            try FileManager.default.createDirectory(atPath: space.file("rpms"), withIntermediateDirectories: true)
            _ = try space.write(command, to: "rpms/openssl-1.0.rpm")
            await #expect(throws: PackageError.self) {
                try await PackageBuilder.build(
                    manifest: .sample,
                    rpmFolder: space.file("rpms"),
                    output: space.file("o"),
                    signer: space.signer
                )
            }
            #expect(!space.exists("owned"))
        }
    }

    @Test("with a damaged header, with names that are no words, or cut short are refused")
    func refused() throws {
        let seed = #filePath.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/Fuzzing/Seeds/rpm/alpha"
        let whole = try #require(try readFile(seed, limit: 1 << 20))
        #expect(try RPMReader.describe(whole, name: "a.rpm").nevra == "alpha-3:2-1.i386")
        for length in [0, 3, 96, 200, 1_000, 3_000] {
            #expect(throws: ArchiveError.self, "\(length) bytes") {
                try RPMReader.describe(Array(whole.prefix(length)), name: "a.rpm")
            }
        }
        let name = try #require((0..<whole.count - 6).last { whole[$0...].starts(with: Array("alpha\0".utf8)) })
        var bytes = whole
        bytes[name] = UInt8(ascii: "%")
        #expect(throws: ArchiveError.self) { try RPMReader.describe(bytes, name: "a.rpm") }
    }
}
