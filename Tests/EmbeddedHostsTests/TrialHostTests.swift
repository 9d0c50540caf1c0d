import Hosts
import SystemPackage
import Testing

@testable import EmbeddedHosts

@Suite("A host for one trial", .needsHosts) struct TrialHostTests {
    private let limits = ProgramLimits(time: .seconds(30), outputBytes: 1 << 16)

    @Test("is of the version, build and patches that it was asked to have")
    func identity() async throws {
        let folder = try TemporaryFolder()
        let program = try folder.script("show", "cat /etc/xensource-inventory; ls /var/patch/applied; rpm -q openssl")
        let patch = "11111111-2222-4333-8444-555555555555"
        let result = try await TrialHost.use(
            in: folder.path.string,
            productVersion: "6.5.0",
            build: "90233c",
            stamps: [patch]
        ) { host throws(HostError) in
            try await host.run(program: program, argument: "precheck", limits: limits)
        }
        #expect(result.ending == .exited(0))
        for line in ["PRODUCT_VERSION='6.5.0'\n", "BUILD_NUMBER='90233c'\n", patch, "openssl-0.9.8e"] {
            #expect(result.output.contains(line), "\(result.output)")
        }
    }

    @Test("takes nothing that would be another line of its inventory", arguments: ["a'b", "6.0\nX=1", "é"])
    func nonsense(_ version: String) async throws {
        let folder = try TemporaryFolder()
        await #expect(throws: HostError.self) {
            try await TrialHost.use(in: folder.path.string, productVersion: version, build: nil, stamps: []) { _ in }
        }
    }
}
