import Foundation
import Hosts
import SystemPackage
import Testing

@testable import EmbeddedHosts

@Suite(.needsHosts) struct SmokeTests {
    @Test func opens() async throws {
        let clock = ContinuousClock()
        let start = clock.now
        let folder = "/tmp/smoke-\(getuid())"
        try FileSystem.removeTree(FilePath(folder))
        let pool = try await EmbeddedPool.open(state: folder, hosts: TestPool.identities(3))
        print("open 3 first", clock.now - start)
        let again = clock.now
        _ = try await EmbeddedPool.open(state: folder, hosts: TestPool.identities(3))
        print("open 3 again", clock.now - again)
        let temp = try TemporaryFolder()
        let script = try temp.script(
            "p",
            "cat /proc/sys/kernel/core_pattern > /tmp/x; cat /tmp/x > /proc/sys/kernel/core_pattern; echo 0 > /proc/sysrq-trigger; ls /proc/sys; mkdir /usr/share/doc/q; touch /usr/bin/me; ls -la /usr/bin/me; for i in 1 2 3; do which awk; awk 'BEGIN{print 1}'; done; python3 -c 'print(1)'; df -P /; tar --version | head -1; gzip --version | head -1; ulimit -a"
        )
        print(
            try await pool.hosts[1].run(
                program: script,
                argument: "info",
                limits: .init(time: .seconds(5), outputBytes: 100000)
            )
        )
        let trivial = try temp.script("q", "echo hi")
        for _ in 0..<5 {
            let s = clock.now
            _ = try await pool.hosts[1].run(
                program: trivial,
                argument: "info",
                limits: .init(time: .seconds(5), outputBytes: 100000)
            )
            print("run", clock.now - s)
            let t = clock.now
            _ = try await pool.hosts[1].installedPackages()
            print("packages", clock.now - t)
        }
    }
}
