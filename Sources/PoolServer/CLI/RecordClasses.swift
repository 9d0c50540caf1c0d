import Datamodel
import PoolDatabase
import PoolOperations
import XenAPI

extension RecordClass {
    /// Every class that `xe` can list.
    static let all: [RecordClass] = [
        patch, host, pool, task, vm, template, snapshot, sr, pbd, vdi, vbd, vif, network, pif, hostCPU, hostCrashdump,
        sm, message, subject, role, console, bond, vlan, tunnel, appliance, vmpp, secret, pgpu, gpuGroup, vgpu, drTask,
    ]

    static let patch = RecordClass(
        "patch",
        table: "pool_patch",
        listed: ["uuid", "name-label", "name-description", "size", "hosts", "after-apply-guidance"],
        fields: "uuid(RO),name-label(RO),name-description(RO),size(RO),hosts(SRO),after-apply-guidance(SRO)",
        special: [
            "hosts": { patch, snapshot in
                let hosts = snapshot.pointing(at: patch.ref, "pool_patch", "host_patches")
                    .compactMap { snapshot.row("host_patch", $0) }
                    .compactMap { snapshot.row("host", $0.ref("host"))?.uuid }
                return .set(hosts, separator: ", ")
            },
            "after-apply-guidance": { patch, _ in .set(patch.texts("after_apply_guidance"), separator: ", ") },
        ]
    )

    static let host = RecordClass(
        "host",
        table: "host",
        listed: ["uuid", "name-label", "name-description"],
        fields: """
            uuid(RO),name-label(RW),name-description(RW),allowed-operations(SRO),current-operations(SRO),enabled(RO),\
            API-version-major(RO),API-version-minor(RO),API-version-vendor(RO),\
            API-version-vendor-implementation(MRO),logging(MRW),suspend-image-sr-uuid(RW),crash-dump-sr-uuid(RW),\
            software-version(MRO),capabilities(SRO),other-config(MRW),cpu_info(MRO),chipset-info(MRO),hostname(RO),\
            address(RO),supported-bootloaders(SRO),blobs(RO),memory-overhead(RO),memory-total(RO),memory-free(RO),\
            memory-free-computed(RO expensive),host-metrics-live(RO),patches(SRO),ha-statefiles(RO),\
            ha-network-peers(RO),external-auth-type(RO),external-auth-service-name(RO),\
            external-auth-configuration(MRO),edition(RO),license-server(MRO),power-on-mode(RO),power-on-config(MRO),\
            local-cache-sr(RO),tags(SRW)
            """,
        special: [
            "allowed-operations": { host, _ in
                .set(host.texts("allowed_operations").map(operationName), separator: "; ")
            },
            "current-operations": { host, _ in .set(operations(host).map(operationName), separator: "; ") },
            "memory-total": { host, snapshot in metric(host, "host_metrics", "memory_total", snapshot) },
            "memory-free": { host, snapshot in metric(host, "host_metrics", "memory_free", snapshot) },
            "memory-free-computed": { host, snapshot in .text(String(MemoryAccounting.free(host, in: snapshot))) },
            "host-metrics-live": { host, snapshot in metric(host, "host_metrics", "live", snapshot) },
            "patches": { host, snapshot in
                let patches = snapshot.pointing(at: host.ref, "host", "patches")
                    .compactMap { snapshot.row("host_patch", $0) }
                    .compactMap { snapshot.row("pool_patch", $0.ref("pool_patch"))?.uuid }
                return .set(patches, separator: ", ")
            },
            "tags": { host, _ in .set(host.texts("tags"), separator: ", ") },
        ]
    )

    static let pool = RecordClass(
        "pool",
        table: "pool",
        listed: ["uuid", "name-label", "name-description", "master", "default-SR"],
        fields: """
            uuid(RO),name-label(RW),name-description(RW),master(RO),default-SR(RW),crash-dump-SR(RW),\
            suspend-image-SR(RW),supported-sr-types(RO expensive),other-config(MRW),ha-enabled(RO),\
            ha-configuration(RO),ha-statefiles(RO),ha-host-failures-to-tolerate(RW),ha-plan-exists-for(RO),\
            ha-allow-overcommit(RW),ha-overcommitted(RO),blobs(RO),wlb-url(RO),wlb-username(RO),wlb-enabled(RW),\
            wlb-verify-cert(RW),gui-config(MRW expensive),vswitch-controller(RO hidden),restrictions(RO),tags(SRW)
            """
    )

    static let task = RecordClass(
        "task",
        table: "task",
        listed: ["uuid", "name-label", "name-description", "status", "progress"],
        fields: """
            uuid(RO),name-label(RO),name-description(RO),subtask_of(RO),subtasks(RO),resident-on(RO),status(RO),\
            progress(RO),type(RO),result(RO),created(RO),finished(RO),error_info(RO),allowed_operations(RO)
            """
    )

    static let vm = RecordClass(
        "vm",
        table: "VM",
        listed: ["uuid", "name-label", "power-state"],
        fields: """
            uuid(RO),name-label(RW),name-description(RW),user-version(RW),is-a-template(RW),is-a-snapshot(RO),\
            snapshot-of(RO),snapshots(RO),snapshot-time(RO),transportable-snapshot-id(RO hidden),snapshot-info(RO),\
            parent(RO),children(RO),is-control-domain(RO),power-state(RO),memory-actual(RO),\
            memory-target(RO expensive),memory-overhead(RO),memory-static-max(RW),memory-dynamic-max(RW),\
            memory-dynamic-min(RW),memory-static-min(RW),suspend-VDI-uuid(RW),suspend-SR-uuid(RW),VCPUs-params(MRW),\
            VCPUs-max(RW),VCPUs-at-startup(RW),actions-after-shutdown(RW),actions-after-reboot(RW),\
            actions-after-crash(RW),console-uuids(SRO),platform(MRW),allowed-operations(SRO),current-operations(SRO),\
            blocked-operations(MRW),allowed-VBD-devices(SRO expensive),allowed-VIF-devices(SRO expensive),\
            possible-hosts(RO expensive),HVM-boot-policy(RW),HVM-boot-params(MRW),HVM-shadow-multiplier(RW),\
            PV-kernel(RW),PV-ramdisk(RW),PV-args(RW),PV-legacy-args(RW),PV-bootloader(RW),PV-bootloader-args(RW),\
            last-boot-CPU-flags(RO),last-boot-record(RO expensive),resident-on(RO),affinity(RW),other-config(MRW),\
            dom-id(RO),recommendations(RO),xenstore-data(MRW),ha-always-run(RW deprecated),ha-restart-priority(RW),\
            blobs(RO),start-time(RO),install-time(RO),VCPUs-number(RO),VCPUs-utilisation(MRO expensive),\
            os-version(MRO),PV-drivers-version(MRO),PV-drivers-up-to-date(RO),memory(MRO),disks(MRO),networks(MRO),\
            other(MRO),live(RO),guest-metrics-last-updated(RO),cooperative(RO expensive),protection-policy(RW),\
            is-snapshot-from-vmpp(RO),tags(SRW),appliance(RW),start-delay(RW),shutdown-delay(RW),order(RW),version(RO)
            """,
        implicitFilter: { !$0.bool("is_a_template") },
        special: [
            "power-state": { vm, _ in .text(vm.string("power_state").lowercased()) },
            "current-operations": { vm, _ in .set(operations(vm), separator: "; ") },
            "dom-id": { vm, _ in .text(String(vm.int("domid"))) },
            "last-boot-record": { vm, _ in .text(vm.string("last_booted_record")) },
            "memory-actual": { vm, snapshot in metric(vm, "VM_metrics", "memory_actual", snapshot) },
            "start-time": { vm, snapshot in metric(vm, "VM_metrics", "start_time", snapshot) },
            "install-time": { vm, snapshot in metric(vm, "VM_metrics", "install_time", snapshot) },
            "VCPUs-number": { vm, snapshot in metric(vm, "VM_metrics", "VCPUs_number", snapshot) },
            "VCPUs-utilisation": { vm, snapshot in metric(vm, "VM_metrics", "VCPUs_utilisation", snapshot) },
            "os-version": { vm, snapshot in guestMetric(vm, "os_version", snapshot) },
            "PV-drivers-version": { vm, snapshot in guestMetric(vm, "PV_drivers_version", snapshot) },
            "PV-drivers-up-to-date": { vm, snapshot in guestMetric(vm, "PV_drivers_up_to_date", snapshot) },
            "memory": { vm, snapshot in guestMetric(vm, "memory", snapshot) },
            "disks": { vm, snapshot in guestMetric(vm, "disks", snapshot) },
            "networks": { vm, snapshot in guestMetric(vm, "networks", snapshot) },
            "other": { vm, snapshot in guestMetric(vm, "other", snapshot) },
            "live": { vm, snapshot in guestMetric(vm, "live", snapshot) },
            "guest-metrics-last-updated": { vm, snapshot in guestMetric(vm, "last_updated", snapshot) },
            "tags": { vm, _ in .set(vm.texts("tags"), separator: ", ") },
            "allowed-VBD-devices": { vm, snapshot in
                .set(FreeDevices.disks(of: vm, in: snapshot), separator: "; ")
            },
            "allowed-VIF-devices": { vm, snapshot in
                .set(FreeDevices.interfaces(of: vm, in: snapshot), separator: "; ")
            },
            "possible-hosts": { vm, snapshot in
                .set(Pool.possibleHosts(for: vm, in: snapshot).map(\.uuid), separator: "; ")
            },
        ]
    )

    private static func metric(_ row: Row, _ table: String, _ field: String, _ snapshot: Snapshot) -> FieldText {
        text(snapshot.row(table, row.ref("metrics")), field, snapshot)
    }

    private static func guestMetric(_ vm: Row, _ field: String, _ snapshot: Snapshot) -> FieldText {
        text(snapshot.row("VM_guest_metrics", vm.ref("guest_metrics")), field, snapshot)
    }

    private static func text(_ row: Row?, _ field: String, _ snapshot: Snapshot) -> FieldText {
        guard let row, let position = row.schema.position(of: field) else { return .notInDatabase }
        return FieldText(row[field], row.schema.fields[position].type, in: snapshot)
    }

    private static func operations(_ row: Row) -> [String] {
        (row["current_operations"].members ?? []).compactMap(\.value.text)
    }

    /// `xe` writes a host's operations on VMs as messages of the VM class.
    @Sendable private static func operationName(_ operation: String) -> String {
        ["vm_start": "VM.start", "vm_resume": "VM.resume", "vm_migrate": "VM.migrate"][operation] ?? operation
    }
}
