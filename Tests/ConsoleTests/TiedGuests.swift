import Foundation
import PoolDatabase
import TestSupport
import XenAPI

extension Site {
    /// A pool in which `web-1` has its disk on storage of xs1 alone, and the drive of `mail-2` holds a disc that only xs2
    /// sees.
    static func withTiedGuests() async throws -> Site {
        let site = try await Site()
        await site.server.terminate()
        let database = try PoolDatabase(path: site.server.state + "/pool.sqlite")
        try await database.transaction { transaction throws(APIError) in
            try TiedGuests.tieDisk(of: "web-1", to: "xs1", &transaction)
            try TiedGuests.insertDisc(into: "mail-2", seenBy: "xs2", &transaction)
        }
        return try await Site(after: site)
    }
}

private enum TiedGuests {
    static func tieDisk(of vm: String, to host: String, _ transaction: inout Transaction) throws(APIError) {
        let storage = try storage("Local storage", type: "lvm", on: host, &transaction)
        let snapshot = transaction.snapshot
        let vm = try named("VM", vm, snapshot)
        for reference in snapshot.pointing(at: vm, "VM", "VBDs") {
            guard let disk = snapshot.row("VBD", reference)?.ref("VDI") else { continue }
            try transaction.set("VDI", disk, "SR", .string(storage.rawValue))
        }
    }

    static func insertDisc(into vm: String, seenBy host: String, _ transaction: inout Transaction) throws(APIError) {
        let storage = try storage("Local discs", type: "iso", on: host, &transaction)
        let vm = try named("VM", vm, transaction.snapshot)
        let disc = create("VDI", ["name_label": .string("tools.iso"), "SR": .string(storage.rawValue)], &transaction)
        _ = create(
            "VBD",
            [
                "VM": .string(vm.rawValue), "VDI": .string(disc.rawValue), "type": .string("CD"),
                "empty": .bool(false), "userdevice": .string("3"), "currently_attached": .bool(true),
            ],
            &transaction
        )
    }

    private static func storage(_ name: String, type: String, on host: String, _ transaction: inout Transaction)
        throws(APIError) -> Ref
    {
        let host = try named("host", host, transaction.snapshot)
        let storage = create(
            "SR",
            ["name_label": .string(name), "type": .string(type), "shared": .bool(false)],
            &transaction
        )
        _ = create(
            "PBD",
            [
                "host": .string(host.rawValue), "SR": .string(storage.rawValue), "currently_attached": .bool(true),
            ],
            &transaction
        )
        return storage
    }

    private static func named(_ table: String, _ name: String, _ snapshot: Snapshot) throws(APIError) -> Ref {
        guard let row = snapshot.rows(table).first(where: { $0.nameLabel == name }) else {
            throw APIError("UUID_INVALID", [table, name])
        }
        return row.ref
    }

    private static func create(_ table: String, _ values: [String: Value], _ transaction: inout Transaction) -> Ref {
        let uuid = UUID().uuidString.lowercased()
        transaction.create(
            table,
            Ref("OpaqueRef:" + uuid),
            values.merging(["uuid": .string(uuid)]) { given, _ in given }
        )
        return Ref("OpaqueRef:" + uuid)
    }
}
