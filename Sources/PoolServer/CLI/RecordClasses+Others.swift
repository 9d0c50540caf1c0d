import PoolDatabase
import XenAPI

extension RecordClass {
    static let template = RecordClass(
        "template",
        like: vm,
        listed: ["uuid", "name-label", "name-description"],
        implicitFilter: { $0.bool("is_a_template") && !$0.bool("is_a_snapshot") }
    )

    static let snapshot = RecordClass(
        "snapshot",
        like: vm,
        listed: ["uuid", "name-label", "name-description"],
        implicitFilter: { $0.bool("is_a_snapshot") }
    )

    static let hostCPU = RecordClass(
        "host-cpu",
        table: "host_cpu",
        listed: ["uuid", "number", "vendor", "speed", "utilisation"],
        fields: """
            uuid(RO),host-uuid(RO),number(RO),vendor(RO),speed(RO),model(RO),family(RO),modelname(RO),stepping(RO),\
            flags(RO),utilisation(RO expensive)
            """
    )

    static let hostCrashdump = RecordClass(
        "host-crashdump",
        table: "host_crashdump",
        listed: ["uuid", "host-uuid", "timestamp", "size"],
        fields: "uuid(RO),host-uuid(RO),timestamp(RO),size(RO)"
    )

    static let sm = RecordClass(
        "sm",
        table: "SM",
        listed: ["uuid", "type", "name-label", "name-description"],
        fields: """
            uuid(RO),name-label(RO),name-description(RO),type(RO),vendor(RO),copyright(RO),required-api-version(RO),\
            capabilities(RO),configuration(RO),driver-filename(RO)
            """
    )

    static let message = RecordClass(
        "message",
        table: "message",
        listed: ["uuid", "name", "priority", "class", "timestamp", "body"],
        fields: "uuid(RO),name(RO),priority(RO),class(RO),obj-uuid(RO),timestamp(RO),body(RO)",
        special: ["class": { message, _ in .text(message.string("cls")) }]
    )

    static let subject = RecordClass(
        "subject",
        table: "subject",
        listed: ["uuid", "subject-identifier", "other-config", "roles"],
        fields: "uuid(RO),subject-identifier(RO),other-config(MRO),roles(SRO)",
        special: [
            "roles": { subject, snapshot in
                let names = subject.texts("roles").compactMap { snapshot.row("role", Ref($0))?.nameLabel }
                return .set(names, separator: "; ")
            }
        ]
    )

    static let role = RecordClass(
        "role",
        table: "role",
        listed: ["uuid", "name", "description"],
        fields: "uuid(RO),name(RO),description(RO)",
        special: [
            "name": { role, _ in .text(role.nameLabel) },
            "description": { role, _ in .text(role.string("name_description")) },
        ]
    )

    static let console = RecordClass("console", table: "console", listed: ["uuid", "VM", "protocol", "location"])
    static let bond = RecordClass("bond", table: "Bond", listed: ["uuid", "master", "slaves"])
    static let vlan = RecordClass("vlan", table: "VLAN", listed: ["uuid", "tagged-PIF", "untagged-PIF", "tag"])
    static let tunnel = RecordClass(
        "tunnel",
        table: "tunnel",
        listed: ["uuid", "transport-PIF", "access-PIF", "status"]
    )
    static let appliance = RecordClass(
        "appliance",
        table: "VM_appliance",
        listed: ["uuid", "name-label", "name-description", "VMs"]
    )
    static let vmpp = RecordClass(
        "vmpp",
        table: "VMPP",
        listed: ["uuid", "name-label", "name-description", "is-policy-enabled", "VMs"]
    )
    /// What a secret hides is shown to nobody.
    static let secret = RecordClass("secret", table: "secret", listed: ["uuid"], fields: "uuid(RO)")
    static let pgpu = RecordClass("pgpu", table: "PGPU", listed: ["uuid", "GPU-group", "host"])
    static let gpuGroup = RecordClass("gpu-group", table: "GPU_group", listed: ["uuid", "name-label", "PGPUs"])
    static let vgpu = RecordClass("vgpu", table: "VGPU", listed: ["uuid", "VM", "GPU-group"])
    static let drTask = RecordClass("drtask", table: "DR_task", listed: ["uuid", "introduced-SRs"])
}
