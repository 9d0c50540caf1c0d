import Hosts
import SystemPackage
import Testing

@testable import EmbeddedHosts

/// What packages for a XenServer control domain find on a host.
@Suite("A host is to packages what a control domain is", .needsHosts) struct ControlDomainTests {
    @Test(
        "the version checks of packages mean what they meant to bash 3.2",
        arguments: [
            (#"[[ "$v" =~ "^6\.0\.2$" ]]"#, true), (#"[[ "$v" =~ ^6\.0\.2$ ]]"#, true),
            (#"[[ "$v" =~ "6.0.[02]" ]]"#, true),
            (#"[[ "$v" =~ "^6\.5\.[[:digit:]]$" ]]"#, false), (#"[[ "$v" =~ "^5\.6\.100$" ]]"#, false),
        ]
    )
    func versionChecks(check: String, fits: Bool) async throws {
        let test = try await TestPool.open()
        let result = try await test.run("v=6.0.2\nif \(check); then echo fits; else echo refused; fi")
        #expect(result == ProgramResult(ending: .exited(0), output: fits ? "fits\n" : "refused\n"))
    }

    @Test("a host that an earlier version made gets that shell, too")
    func earlierTree() async throws {
        let test = try await TestPool.open()
        await test.pool.shutdown()
        let shell = test.tree().appending("usr/bin/sh")
        try FileSystem.remove(shell)
        let pool = try await EmbeddedPool.open(state: test.state, hosts: TestPool.identities(1))
        #expect(FileSystem.exists(shell))
        await pool.shutdown()
    }

    @Test("its RPM database provides what the distribution did")
    func dependencies() async throws {
        let test = try await TestPool.open()
        let needs = [
            "/bin/sh", "/bin/bash", "/usr/bin/env", "/usr/bin/perl", "/sbin/chkconfig", "libc.so.6",
            "libc.so.6(GLIBC_2.0)", "libc.so.6(GLIBC_2.3.4)", "libpthread.so.0(GLIBC_2.3.2)", "rtld(GNU_HASH)",
            "libz.so.1", "libgcc_s.so.1(GCC_3.0)", "python(abi)", "glibc", "bash",
        ]
        let words = needs.map { "'\($0)'" }.joined(separator: " ")
        let result = try await test.run(
            "rpm -q --whatprovides \(words); for f in /usr/bin/env /bin/bash; do [ -x $f ] || exit 9; done"
        )
        #expect(result.ending == .exited(0), "\(result.output)")
        #expect(!result.output.contains("no package provides"), "\(result.output)")
    }

    @Test("its xe tells which patches it has, by uuid and by name")
    func patchList() async throws {
        let test = try await TestPool.open()
        let (one, other) = ("11111111-2222-4333-8444-555555555555", "aaaaaaaa-2222-4333-8444-555555555555")
        try await test.host.writeStamp(
            uuid: one,
            contents: "<info uuid=\"\(one)\" version=\"1.0\" name-label=\"XS602E001\"/>\n"
        )
        try await test.host.writeStamp(uuid: other, contents: "<info name-label='XS602E002' uuid='\(other)'/>\n")
        let result = try await test.run(
            """
            xe=/opt/xensource/bin/xe
            $xe patch-list --minimal
            $xe patch-list hosts:contains="$($xe host-list --minimal)" name-label=XS602E002 params=uuid --minimal
            $xe patch-list uuid=\(one) params=uuid --minimal
            xe patch-list uuid=99999999-2222-4333-8444-555555555555 --minimal
            . /etc/xensource-inventory; [ "$INSTALLATION_UUID" = "$(xe host-list --minimal)" ] && echo itself
            xe vm-list; echo $?
            """
        )
        let expected = """
            \(one),\(other)
            \(other)
            \(one)

            itself
            xe: on an embedded host only patch-list and host-list are answered, not vm-list
            1

            """
        #expect(result.output == expected)
    }
}
