import Foundation
import Hosts
import LibvirtHosts
import TestSupport
import Testing

extension RealHosts {
    @Suite("when something goes wrong")
    struct Faults {
        /// The bed's pool with other limits, opened without a server.
        private func pool(_ bed: TestBed, limits: String = "", named name: String = "limits.yaml") throws
            -> LibvirtPool
        {
            let text = try String(contentsOfFile: bed.pool, encoding: .utf8)
            let path = "\(bed.bed)/\(UUID().uuidString.prefix(8))-\(name)"
            let changed = text.components(separatedBy: "limits:")[0] + (limits.isEmpty ? "" : "limits:\n\(limits)\n")
            try Data(changed.utf8).write(to: URL(filePath: path))
            return try LibvirtPool(PoolFile.read(file: path))
        }

        private func uuid(of host: Int, _ pool: LibvirtPool) -> String { pool.file.hosts[host - 1].uuid }

        private func host(_ number: Int, _ pool: LibvirtPool) throws -> any InventoryHost {
            try #require(pool.host(uuid(of: number, pool)) as? any InventoryHost)
        }

        /// A guest with so much memory that its migration at 1 MiB per second takes some seconds.
        private func heavyGuest(_ bed: TestBed, _ pool: LibvirtPool, name: String) async throws -> RunningVM {
            try await bed.run("guest", name, "h1", "14")
            _ = try await TestBed.wait(upTo: .seconds(30)) { try bed.heartbeat(of: name).numbers.count > 2 }
            let vm = try #require(try await host(1, pool).inventory().vms.first { $0.name == name })
            return RunningVM(uuid: vm.uuid, name: vm.name, memory: vm.memory)
        }

        private func remove(_ guest: String, from host: String, _ bed: TestBed) async throws {
            let virsh = "virsh -q -c qemu:///system"
            try await bed.on(host, "\(virsh) destroy \(guest); \(virsh) undefine \(guest) || true")
        }

        private func runs(_ vm: RunningVM, on number: Int, _ pool: LibvirtPool) async throws -> Bool {
            try await host(number, pool).inventory().vms.contains { $0.uuid == vm.uuid && $0.power == .running }
        }

        @Test("a migration whose link is cut leaves the guest running where it was")
        func cutLink() async throws {
            let bed = try await TestBed.shared()
            let pool = try pool(bed, limits: "  bandwidth: 1")
            let vm = try await heavyGuest(bed, pool, name: "cut")
            let (source, target) = (uuid(of: 1, pool), uuid(of: 2, pool))
            let (parts, progress) = AsyncStream.makeStream(of: Double.self)
            let hypervisor = pool.hypervisor
            let migration = Task { () async -> HostError? in
                do throws(HostError) {
                    try await hypervisor.migrate(vm, from: source, to: target) { progress.yield($0) }
                    return nil
                } catch {
                    return error
                }
            }
            for await part in parts where part > 0 { break }
            try await bed.run("cut", "h2")
            let error = await migration.value
            try await bed.run("mend", "h2")
            guard case .migrationFailed = error else {
                Issue.record("the migration came to \(String(describing: error))")
                return
            }
            #expect(try await runs(vm, on: 1, pool))
            #expect(try bed.heartbeat(of: "cut").isUnbroken)
            try await remove("cut", from: "h1", bed)
            await pool.shutdown()
        }

        @Test("a migration is broken off when its time is over, and the guest stays")
        func timeLimit() async throws {
            let bed = try await TestBed.shared()
            let pool = try pool(bed, limits: "  bandwidth: 1\n  migration-time: 5")
            let vm = try await heavyGuest(bed, pool, name: "late")
            let error = await #expect(throws: HostError.self) {
                try await pool.hypervisor.migrate(vm, from: uuid(of: 1, pool), to: uuid(of: 3, pool)) { _ in }
            }
            #expect(error?.description.contains("within 5 seconds") == true, "\(String(describing: error))")
            #expect(try await runs(vm, on: 1, pool))
            #expect(try bed.heartbeat(of: "late").isUnbroken)
            try await remove("late", from: "h1", bed)
            await pool.shutdown()
        }

        @Test("a coordinator that dies leaves the migration to the hosts, and one that comes back waits for its end")
        func lostCoordinator() async throws {
            let bed = try await TestBed.shared()
            let directory = try TemporaryDirectory()
            let slow = try pool(bed, limits: "  bandwidth: 1", named: "slow.yaml")
            let vm = try await heavyGuest(bed, slow, name: "orphan")
            let yaml = try #require(
                try FileManager.default.contentsOfDirectory(atPath: bed.bed)
                    .first { $0.hasSuffix("slow.yaml") }
            )
            let state = directory.file("state")
            let first = try await RealServer("\(bed.bed)/\(yaml)", state: state)
            let target = try await first.host("h3")
            let call = Task { try? await first.server.xe("vm-migrate", "uuid=\(vm.uuid)", "host-uuid=\(target)") }
            let isUnderWay = try await TestBed.wait(upTo: .seconds(20)) {
                try await bed.on("h1", "virsh -c qemu:///system domjobinfo orphan").contains("Unbounded")
            }
            #expect(isUnderWay)
            await first.server.kill()
            _ = await call.value

            let second = try await RealServer("\(bed.bed)/\(yaml)", state: state)
            _ = try await second.server.xe("vm-migrate", "uuid=\(vm.uuid)", "host-uuid=\(target)")
            let isThere = try await TestBed.wait(upTo: .seconds(60)) {
                // While it comes in it is paused there, and runs on where it was.
                guard try await second.residence(of: "orphan") == "h3" else { return false }
                return try await second.xe("vm-param-get", "uuid=\(vm.uuid)", "param-name=power-state") == "running"
            }
            #expect(isThere)
            #expect(try await runs(vm, on: 3, slow))
            #expect(try bed.heartbeat(of: "orphan").isUnbroken)
            await second.server.terminate()
            try await remove("orphan", from: "h3", bed)
            await slow.shutdown()
        }

        @Test("an apply whose coordinator dies runs on, once, and the next one gets its outcome")
        func lostApply() async throws {
            let bed = try await TestBed.shared()
            let directory = try TemporaryDirectory()
            let program = try directory.write(
                "#!/bin/sh\necho run >>/var/patch/count-$1\nsleep 6\necho done by $1\n",
                to: "program"
            )
            let limits = ProgramLimits(time: .seconds(60), outputBytes: 10_000)
            let first = try pool(bed)
            let lost = Task { try? await host(1, first).run(program: program, argument: "apply", limits: limits) }
            let hasBegun = try await TestBed.wait(upTo: .seconds(20)) {
                try await bed.on("h1", "cat /var/patch/count-apply 2>/dev/null || true") == "run"
            }
            #expect(hasBegun)
            lost.cancel()
            await first.shutdown()

            let second = try pool(bed)
            let result = try await host(1, second).run(program: program, argument: "apply", limits: limits)
            #expect(result == ProgramResult(ending: .exited(0), output: "done by apply\n"))
            #expect(try await bed.on("h1", "cat /var/patch/count-apply") == "run")
            #expect(try await bed.on("h1", "ls /var/patch/pitstop /run/pitstop/operations").contains("apply") == false)
            await second.shutdown()
        }

        @Test("a program outlives the SSH server that it was begun through")
        func killedServer() async throws {
            let bed = try await TestBed.shared()
            let directory = try TemporaryDirectory()
            let pool = try pool(bed)
            let program = try directory.write("#!/bin/sh\necho begun\nsleep 4\necho ended\nexit 3\n", to: "program")
            let host = try host(2, pool)
            async let outcome = host.run(
                program: program,
                argument: "precheck",
                limits: ProgramLimits(time: .seconds(60), outputBytes: 1_000)
            )
            let hasBegun = try await TestBed.wait(upTo: .seconds(20)) {
                try await bed.on("h2", "cat /run/pitstop/operations/*-precheck/status 2>/dev/null || true") == "running"
            }
            #expect(hasBegun)
            // Every process of that program in the host's own PID namespace.
            let kill = #"for p in /proc/[0-9]*; do [ "$(cat $p/comm)" != sshd ] || kill -9 ${p#/proc/}; done"#
            _ = try? await bed.on("h2", kill)
            #expect(try await outcome == ProgramResult(ending: .exited(3), output: "begun\nended\n"))
            await pool.shutdown()
        }

        @Test("programs are bounded in time and in what they print")
        func bounds() async throws {
            let bed = try await TestBed.shared()
            let directory = try TemporaryDirectory()
            let pool = try pool(bed)
            let host = try host(3, pool)
            let endless = try directory.write("#!/bin/sh\necho waiting\nsleep 600\n", to: "endless")
            let late = try await host.run(
                program: endless,
                argument: "info",
                limits: ProgramLimits(time: .seconds(2), outputBytes: 100)
            )
            #expect(late == ProgramResult(ending: .timedOut, output: "waiting\n"))
            let chatty = try directory.write("#!/bin/sh\nwhile echo 123456789; do :; done\n", to: "chatty")
            let long = try await host.run(
                program: chatty,
                argument: "info",
                limits: ProgramLimits(time: .seconds(20), outputBytes: 100)
            )
            #expect(long.ending == .outputTooLong)
            #expect(long.output.utf8.count == 100)
            #expect(try await bed.on("h3", "ps -eo args | grep -c '[s]leep 600' || true") == "0")
            await pool.shutdown()
        }

        @Test("a full disk is told, and nothing of the program stays")
        func fullDisk() async throws {
            let bed = try await TestBed.shared()
            let directory = try TemporaryDirectory()
            let pool = try pool(bed)
            try await bed.on("h3", "head -c 600M /dev/zero >/var/tmp/filler 2>/dev/null || true")
            let program = try directory.write(Data(repeating: 0x23, count: 4 << 20), to: "program")
            let error = await #expect(throws: HostError.self) {
                try await host(3, pool).run(
                    program: program,
                    argument: "apply",
                    limits: ProgramLimits(time: .seconds(10), outputBytes: 100)
                )
            }
            guard case .diskFull = error else {
                Issue.record("it came to \(String(describing: error))")
                return
            }
            #expect(try await bed.on("h3", "ls -A /var/patch/pitstop") == "")
            try await bed.on("h3", "rm /var/tmp/filler")
            await pool.shutdown()
        }

        @Test("a host that does not come back is seen to be away, and back once it is")
        func staysDown() async throws {
            let bed = try await TestBed.shared()
            let directory = try TemporaryDirectory()
            let real = try await RealServer(bed.pool, state: directory.file("state"))
            let host = try await real.host("h3")
            let before = try await real.bootID(of: host)
            _ = try await real.xe("host-disable", "uuid=\(host)")
            _ = try await real.xe("host-evacuate", "uuid=\(host)")
            try await bed.run("hold", "h3")
            _ = try await real.xe("host-reboot", "uuid=\(host)")
            let isAway = try await TestBed.wait(upTo: .seconds(60)) {
                try await real.xe("host-param-get", "uuid=\(host)", "param-name=host-metrics-live") == "false"
            }
            #expect(isAway)
            let refused = try await real.server.xe("host-reboot", "uuid=\(host)")
            #expect(refused.code == 1)
            try await bed.run("boot", "h3")
            let isBack = try await TestBed.wait(upTo: .seconds(90)) {
                try await real.isBack(host, since: before)
            }
            #expect(isBack)
            await real.server.terminate()
        }
    }
}
