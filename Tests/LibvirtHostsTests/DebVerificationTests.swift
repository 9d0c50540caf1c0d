import Hosts
import TestSupport
import Testing

@testable import LibvirtHosts

@Suite("What dpkg says of packages")
struct DebVerificationTests {
    @Test("changed, missing and half installed are told apart, and configuration is no drift")
    func parse() throws {
        let output = """
            package libc6:amd64
            header md5sums:sha256:ab12
            ??5?????? c /etc/ld.so.conf
            ??5??????   /usr/bin/ldd
            missing     /usr/bin/locale
            absent gone:all
            package half:all
            it is half-configured

            """
        let checks = try #require(
            DebVerification.parse(output, packages: ["libc6:amd64", "gone:all", "half:all"])
        )
        #expect(checks.map(\.isInstalled) == [true, false, true])
        #expect(checks[0].headers == ["md5sums:sha256:ab12"])
        #expect(
            checks[0].findings == [
                .changed(path: "/etc/ld.so.conf", attributes: "5", isConfiguration: true),
                .changed(path: "/usr/bin/ldd", attributes: "5", isConfiguration: false),
                .missing(path: "/usr/bin/locale", isConfiguration: false),
            ]
        )
        #expect(checks[0].findings.map(\.isDrift) == [false, true, true])
        #expect(checks[2].findings == [.other("it is half-configured")])
        #expect(DebVerification.parse(output, packages: ["libc6:amd64", "gone:all", "half:all", "x"]) == nil)
    }

    @Test("this machine's own dpkg is asked", .enabled(if: Tools.isInstalled("dpkg-query"), "needs dpkg"))
    func real() async throws {
        let packages = ["dpkg", "no-such-package:all"]
        let result = try await Tools.run("sh", ["-c", DebVerification.script, "verify"] + packages)
        let checks = try #require(DebVerification.parse(result.output, packages: packages))
        #expect(checks.map(\.isInstalled) == [true, false])
        #expect(checks[0].headers.count == 1)
        #expect(checks[0].headers.allSatisfy { $0.hasPrefix("md5sums:sha256:") })
    }
}
