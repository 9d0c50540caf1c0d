import Foundation
import TestSupport
import Testing

extension RealHosts {
    @Suite("go through a rollout in which something goes wrong")
    struct RolloutFaults {
        @Test(
            "a host that does not come back holds the run with the reason; once it is up, the run goes on to its end"
        )
        func staysDown() async throws {
            let rollout = try await RealRollout()
            let bed = rollout.bed
            try await bed.run("hold", "h3")
            try await rollout.begin("--host-return", "15")
            try await rollout.wait(for: "h3 did not come back within 15 seconds")
            #expect(try await rollout.page().contains("Retry or skip the host"))
            try await bed.run("boot", "h3")
            try await bed.run("wait", "h3")
            try await rollout.say("retry", "h3")
            try await rollout.proveRightEnd()
        }

        @Test("a migration whose link is cut is tried again, or planned anew, and the run comes to its end")
        func cutLink() async throws {
            let rollout = try await RealRollout(limits: "bandwidth: 1, migration-time: 60")
            try await rollout.begin()
            let migration = try await rollout.nextMigration()
            try await rollout.bed.run("cut", migration.to)
            // Longer than libvirt's own patience with a peer that says nothing.
            try await Task.sleep(for: .seconds(10))
            #expect(try rollout.bed.heartbeat(of: migration.guest).isUnbroken)
            try await rollout.bed.run("mend", migration.to)
            try await rollout.proveRightEnd()
        }

        @Test(
            "a coordinator that is killed in the middle of a migration, and again of an apply, ends the run all the same"
        )
        func killedCoordinator() async throws {
            let rollout = try await RealRollout(limits: "bandwidth: 2, migration-time: 60")
            try await rollout.slowDownPackages(on: "h1")
            try await rollout.begin()
            _ = try await rollout.nextMigration()
            try await rollout.killCoordinator()
            try await rollout.wait(on: "h1", for: "test -e /run/rpm-begun")
            try await rollout.killCoordinator()
            try await rollout.speedUpPackages(on: "h1")
            try await rollout.proveRightEnd()
        }

        @Test(
            "an SSH server that is killed during an apply, and a disk that fills up before one, cost the run nothing"
        )
        func troubledApply() async throws {
            let rollout = try await RealRollout()
            let bed = rollout.bed
            try await bed.on("h2", "head -c 600M /dev/zero >/var/tmp/filler 2>/dev/null || true")
            let refused = try await rollout.prechecks()
            #expect(refused.code == 3)
            #expect(refused.output.contains("h2 has 0 MiB free where packages are unpacked"), "\(refused.output)")
            try await bed.on("h2", "rm /var/tmp/filler")

            try await rollout.slowDownPackages(on: "h1")
            try await rollout.begin()
            try await rollout.wait(on: "h1", for: "test -e /run/rpm-begun")
            // Every process of that program in the host's own PID namespace.
            let kill = #"for p in /proc/[0-9]*; do [ "$(cat $p/comm)" != sshd ] || kill -9 ${p#/proc/}; done"#
            _ = try? await bed.on("h1", kill)
            // Full after the prechecks, before the packages come.
            try await bed.on("h2", "head -c 600M /dev/zero >/var/tmp/filler 2>/dev/null || true")
            try await bed.run("wait", "h1")
            try await rollout.speedUpPackages(on: "h1")
            try await rollout.wait(for: "There is no room left on h2")
            try await rollout.wait(for: "Retry or skip the host")
            let page = try await rollout.page()
            #expect(page.contains("There is no room left on h2"), "\(page)")
            #expect(try await bed.on("h2", "rpm -q openssl") == "openssl-0.9.8e-27.el5_10.1.i386", "all or nothing")
            try await bed.on("h2", "rm /var/tmp/filler")
            try await rollout.say("retry", "h2")
            try await rollout.proveRightEnd()
        }
    }
}
