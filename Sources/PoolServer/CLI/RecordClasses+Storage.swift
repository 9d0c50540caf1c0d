import PoolDatabase
import XenAPI

extension RecordClass {
    static let sr = RecordClass(
        "sr",
        table: "SR",
        listed: ["uuid", "name-label", "name-description", "host", "type", "content-type"],
        fields: """
            uuid(RO),name-label(RW),name-description(RW),host(RO),allowed-operations(SRO),current-operations(SRO),\
            VDIs(SRO),PBDs(SRO),virtual-allocation(RO),physical-utilisation(RO),physical-size(RO),type(RO),\
            content-type(RO),shared(RW),introduced-by(RO),other-config(MRW),sm-config(MRO),blobs(RO),\
            local-cache-enabled(RO),tags(SRW)
            """,
        special: [
            "host": { sr, snapshot in
                if sr.bool("shared") { return .text("<shared>") }
                let pbd = snapshot.pointing(at: sr.ref, "SR", "PBDs").first.flatMap { snapshot.row("PBD", $0) }
                return pbd.flatMap { snapshot.row("host", $0.ref("host")) }.map { .text($0.nameLabel) }
                    ?? .notInDatabase
            }
        ]
    )

    static let pbd = RecordClass(
        "pbd",
        table: "PBD",
        listed: ["uuid", "host-uuid", "sr-uuid", "device-config", "currently-attached"],
        fields: """
            uuid(RO),host(RO deprecated),host-uuid(RO),sr-uuid(RO),device-config(MRO),currently-attached(RO),\
            other-config(MRW)
            """
    )

    static let vdi = RecordClass(
        "vdi",
        table: "VDI",
        listed: ["uuid", "name-label", "name-description", "sr-uuid", "virtual-size", "sharable", "read-only"],
        fields: """
            uuid(RO),name-label(RW),name-description(RW),is-a-snapshot(RO),snapshot-of(RO),snapshots(RO),\
            snapshot-time(RO),allowed-operations(SRO),current-operations(SRO),sr-uuid(RO),sr-name-label(RO),\
            vbd-uuids(SRO),crashdump-uuids(SRO),virtual-size(RO),physical-utilisation(RO),location(RO),type(RO),\
            sharable(RO),read-only(RO),storage-lock(RO),managed(RO),parent(RO),missing(RO),other-config(MRW),\
            xenstore-data(MRO),sm-config(MRO),on-boot(RW),allow-caching(RW),metadata-latest(RO),metadata-of-pool(RO),\
            tags(SRW)
            """
    )

    static let vbd = RecordClass(
        "vbd",
        table: "VBD",
        listed: ["uuid", "vm-uuid", "vm-name-label", "vdi-uuid", "empty", "device"],
        fields: """
            uuid(RO),vm-uuid(RO),vm-name-label(RO),vdi-uuid(RO),vdi-name-label(RO),allowed-operations(SRO),\
            current-operations(SRO),empty(RO),device(RO),userdevice(RW),bootable(RW),mode(RW),type(RW),\
            unpluggable(RW),currently-attached(RO),attachable(RO expensive),storage-lock(RO),status-code(RO),\
            status-detail(RO),qos_algorithm_type(RW),qos_algorithm_params(MRW),qos_supported_algorithms(SRO),\
            other-config(MRW),io_read_kbs(RO expensive),io_write_kbs(RO expensive)
            """
    )
}
