import Foundation
import TestSupport
import Testing

extension RealHosts {
    /// The bed's guests are one boot sector each, which answers its ACPI power button. One without a disk answers nothing.
    @Suite("have VMs that are switched on and off, and their drives and settings")
    struct Power {
        fileprivate static let virsh = "virsh -q -c qemu:///system"

        /// A guest of its own on `h2`, and a server over the bed.
        private struct Lab {
            let bed: TestBed
            let real: RealServer
            let guest: String
            let vm: String
            private let directory: TemporaryDirectory

            init(_ guest: String, limits: String = "shutdown-time: 60", xml: String = "") async throws {
                (bed, self.guest) = (try await TestBed.shared(), guest)
                directory = try TemporaryDirectory()
                try await bed.run("guest", guest, "h2")
                if !xml.isEmpty {
                    try await bed.on(
                        "h2",
                        "\(Power.virsh) destroy \(guest); \(Power.virsh) undefine \(guest); \(xml) /shared/\(guest).xml"
                    )
                    try await bed.on(
                        "h2",
                        "\(Power.virsh) define /shared/\(guest).xml && \(Power.virsh) start \(guest)"
                    )
                }
                let text = try String(contentsOfFile: bed.pool, encoding: .utf8)
                let pool = "\(bed.bed)/\(guest).yaml"
                try Data("\(text.components(separatedBy: "limits:")[0])limits: {\(limits)}\n".utf8)
                    .write(to: URL(filePath: pool))
                real = try await RealServer(pool, state: directory.file("state"))
                vm = try await real.vm(guest)
            }

            func state() async throws -> String { try await bed.on("h2", "\(Power.virsh) domstate \(guest)") }

            func power() async throws -> String {
                try await real.xe("vm-param-get", "uuid=\(vm)", "param-name=power-state")
            }

            func end(on host: String = "h2") async throws {
                #expect(await real.server.terminate() == 0)
                try await bed.on(
                    host,
                    "\(Power.virsh) destroy \(guest); \(Power.virsh) undefine --managed-save \(guest) || true"
                )
            }
        }

        @Test("a suspended VM goes on where it was; a clean shutdown and a clean restart are the guest's own doing")
        func saved() async throws {
            let lab = try await Lab("saved")
            _ = try await lab.real.xe("vm-suspend", "uuid=\(lab.vm)")
            #expect(try await lab.state() == "shut off")
            #expect(try await lab.bed.on("h2", "\(Self.virsh) dominfo saved").contains("Managed save:   yes"))
            #expect(try await lab.power() == "suspended")
            let count = try lab.bed.heartbeat(of: "saved").numbers.count
            _ = try await lab.real.xe("vm-resume", "uuid=\(lab.vm)")
            #expect(try await lab.state() == "running")
            let goesOn = try await TestBed.wait(upTo: .seconds(20)) {
                try lab.bed.heartbeat(of: "saved").numbers.count > count + 3
            }
            #expect(goesOn)
            #expect(try lab.bed.heartbeat(of: "saved").isUnbroken)

            _ = try await lab.real.xe("vm-reboot", "uuid=\(lab.vm)")
            let hasRestarted = try await TestBed.wait(upTo: .seconds(60)) {
                try lab.bed.heartbeat(of: "saved").boots == 2
            }
            #expect(hasRestarted)
            _ = try await lab.real.xe("vm-shutdown", "uuid=\(lab.vm)")
            #expect(try await lab.state() == "shut off")
            #expect(try await lab.power() == "halted")
            _ = try await lab.real.xe("vm-start", "uuid=\(lab.vm)")
            #expect(try await lab.state() == "running")
            #expect(try await lab.real.residence(of: "saved") == "h2")
            try await lab.end()
        }

        @Test("a guest that does not listen is told after its time, and runs on; its power can be taken")
        func deaf() async throws {
            let lab = try await Lab("deaf", limits: "shutdown-time: 3", xml: "sed -i '/<disk/,/<.disk>/d'")
            let refused = try await lab.real.server.xe("vm-shutdown", "uuid=\(lab.vm)")
            #expect(refused.code == 1)
            #expect(refused.error.contains("did not shut itself down within 3 seconds"), "\(refused.error)")
            #expect(try await lab.state() == "running")
            _ = try await lab.real.xe("vm-reboot", "uuid=\(lab.vm)", "force=true")
            #expect(try await lab.state() == "running")
            _ = try await lab.real.xe("vm-shutdown", "uuid=\(lab.vm)", "force=true")
            #expect(try await lab.state() == "shut off")
            #expect(try await lab.power() == "halted")
            try await lab.end()
        }

        @Test(
            "a disc that only one host sees is taken out for the run, automatic power-on is off meanwhile, and both come back"
        )
        func givenBack() async throws {
            let rollout = try await RealRollout()
            let bed = rollout.bed
            let drive =
                "<disk type='file' device='cdrom'><source file='/var/lib/libvirt/images/tools.iso'/>"
                + "<target dev='hda' bus='ide'/><readonly/></disk>"
            try await bed.run("guest", "disc", "h2")
            try await bed.on(
                "h2",
                """
                head -c 1M /dev/zero >/var/lib/libvirt/images/tools.iso
                \(Self.virsh) destroy disc && \(Self.virsh) undefine disc
                sed -i "s|</devices>|\(drive)</devices>|" /shared/disc.xml
                \(Self.virsh) define /shared/disc.xml && \(Self.virsh) start disc && \(Self.virsh) autostart disc
                """
            )
            let isSeen = try await TestBed.wait(upTo: .seconds(20)) {
                let said = try await rollout.prechecks().output
                return said.contains("VM disc on h2 has tools.iso in its drive")
                    && said.contains("VM disc is powered on automatically")
            }
            #expect(isSeen)
            let virsh = Self.virsh
            func looks() async throws -> [String: String] {
                var seen: [String: String] = [:]
                for host in RealRollout.hosts {
                    seen[host] = try await bed.on(
                        host,
                        "\(virsh) domblklist disc 2>/dev/null; \(virsh) dominfo disc 2>/dev/null || true"
                    )
                }
                return seen
            }
            try await rollout.begin("--go-home")
            try await rollout.wait(for: "h1 (master)  done")
            let during = try await looks().values.joined()
            #expect(!during.contains("tools.iso"), "\(during)")
            #expect(during.range(of: "Autostart: +disable", options: .regularExpression) != nil, "\(during)")
            try await rollout.proveRightEnd()
            let after = try await looks()["h2"] ?? ""
            #expect(after.contains("/var/lib/libvirt/images/tools.iso"), "\(after)")
            #expect(after.range(of: "Autostart: +enable", options: .regularExpression) != nil, "\(after)")
            #expect(try await bed.on("h2", "\(virsh) dumpxml --inactive disc").contains("tools.iso"))
            #expect(try bed.heartbeat(of: "disc").boots == 2, "its first start, and the one with the disc")
            try await bed.on(
                "h2",
                "\(virsh) destroy disc; \(virsh) undefine disc; rm /var/lib/libvirt/images/tools.iso"
            )
        }
    }
}
