import PoolDatabase
import XenAPI

extension Command {
    /// Commands that show or change what a VM is made of.
    static let vmSettings = [
        memory("vm-memory-dynamic-range-set", ["min", "max"], "set_memory_dynamic_range"),
        memory("vm-memory-static-range-set", ["min", "max"], "set_memory_static_range"),
        memory(
            "vm-memory-limits-set",
            ["static-min", "static-max", "dynamic-min", "dynamic-max"],
            "set_memory_limits"
        ),
        memory("vm-memory-target-set", ["target"], "set_memory_target_live"),
        Command(
            "vm-memory-shadow-multiplier-set",
            required: ["multiplier"],
            selectors: .vms,
            "Set the shadow memory multiplier of the selected VM(s)."
        ) {
            run in
            guard let multiplier = Double(try run.required("multiplier")) else {
                throw CLIFailure.message("The multiplier has to be a number, such as 1.5.")
            }
            try await run.forEach(try run.selectedVMs()) { run, vm throws(CLIFailure) in
                try await run.call("VM.set_HVM_shadow_multiplier", .string(vm.ref.rawValue), .float(multiplier))
            }
        },
        Command(
            "vm-compute-memory-overhead",
            selectors: .vms,
            "Compute what the selected VM(s) cost beyond their own memory, in bytes."
        ) {
            run in
            for vm in try run.selectedVMs() {
                let overhead = try await run.call("VM.compute_memory_overhead", .string(vm.ref.rawValue))
                if case .int(let bytes) = overhead { try await run.printer.list([String(bytes)]) }
            }
        },
        Command(
            "vm-disk-list",
            optional: ["vbd-params", "vdi-params"],
            selectors: .vms,
            standard: true,
            "List the disks of the selected VM(s)."
        ) {
            run in
            for vm in try run.selectedVMs() { try await run.listDisks(of: vm, type: "Disk") }
        },
        Command(
            "vm-cd-list",
            optional: ["vbd-params", "vdi-params"],
            selectors: .vms,
            standard: true,
            "List the CDs of the selected VM(s)."
        ) {
            run in
            for vm in try run.selectedVMs() { try await run.listDisks(of: vm, type: "CD") }
        },
        Command(
            "snapshot-disk-list",
            required: ["uuid"],
            optional: ["vbd-params", "vdi-params"],
            "List the disks of a snapshot."
        ) {
            run in
            try await run.listDisks(of: try run.object("VM", uuid: try run.required("uuid")), type: "Disk")
        },
        Command(
            "vm-vif-list",
            optional: ["params"],
            selectors: .vms,
            standard: true,
            "List the network interfaces of the selected VM(s)."
        ) {
            run in
            for vm in try run.selectedVMs() {
                let rows = run.snapshot.pointing(at: vm.ref, "VM", "VIFs").compactMap { run.snapshot.row("VIF", $0) }
                let names = RecordClass.vif.names(asked: run.request["params"])
                let snapshot = run.snapshot
                try await run.printer.records(rows.map { RecordClass.vif.record($0, names, in: snapshot) })
            }
        },
        Command("cd-list", optional: ["params"], selectors: .fields, standard: true, "List the CDs that VMs can use.") {
            run in
            let snapshot = run.snapshot
            let cds = snapshot.refs("VDI").compactMap { snapshot.row("VDI", $0) }.filter {
                snapshot.row("SR", $0.ref("SR"))?.string("content_type") == "iso"
            }
            let rows = try run.matching(run.filters, .vdi, among: cds)
            let names = run.request["params"].map { RecordClass.vdi.names(asked: $0) } ?? ["uuid", "name-label"]
            try await run.printer.records(rows.map { RecordClass.vdi.record($0, names, in: snapshot) })
        },
    ]

    private static func memory(_ name: String, _ sizes: [String], _ message: String) -> Command {
        Command(
            name,
            required: sizes,
            selectors: .vms,
            "Set memory limits of the selected VM(s), in bytes or with a unit (KiB, MiB, GiB)."
        ) { run in
            var values: [Value] = []
            for size in sizes { values.append(.int(try run.bytes(size))) }
            try await run.forEach(try run.selectedVMs()) { [values] run, vm throws(CLIFailure) in
                try await run.call("VM.\(message)", [.string(vm.ref.rawValue)] + values)
            }
        }
    }
}

extension CommandRun {
    /// A size in bytes, given with or without a unit.
    fileprivate func bytes(_ parameter: String) throws(CLIFailure) -> Int64 {
        let text = try required(parameter)
        let digits = text.prefix(while: \.isNumber)
        let units: [String: Int64] = ["": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40]
        guard let number = Int64(digits), let unit = units[String(text.dropFirst(digits.count))],
            !number.multipliedReportingOverflow(by: unit).overflow
        else {
            throw .message(
                "'\(text)' is not a size for \(parameter): write bytes, or a number with KiB, MiB, GiB or TiB."
            )
        }
        return number * unit
    }

    /// Each disk as its two halves: how the VM sees it, and what lies in the storage.
    fileprivate mutating func listDisks(of vm: Row, type: String) async throws {
        let snapshot = snapshot
        let vbds = snapshot.pointing(at: vm.ref, "VM", "VBDs").compactMap { snapshot.row("VBD", $0) }
            .filter { $0.string("type") == type }
        let vbdNames =
            request["vbd-params"].map { RecordClass.vbd.names(asked: $0) } ?? ["uuid", "vm-name-label", "userdevice"]
        let vdiNames =
            request["vdi-params"].map { RecordClass.vdi.names(asked: $0) }
            ?? ["uuid", "name-label", "sr-name-label", "virtual-size"]
        for (number, vbd) in vbds.enumerated() {
            try await printer.message("\(type) \(number) VBD:")
            try await printer.records([RecordClass.vbd.record(vbd, vbdNames, in: snapshot)])
            guard let vdi = snapshot.row("VDI", vbd.ref("VDI")) else { continue }
            try await printer.message("\(type) \(number) VDI:")
            try await printer.records([RecordClass.vdi.record(vdi, vdiNames, in: snapshot)])
        }
    }
}
