import Hosts
import PoolDatabase
public import XenAPI

/// What changes about a VM beside its power: done by the hypervisor, then written down.
extension Pool {
    /// Sets whether a VM is powered on with its host (`other_config:auto_poweron`).
    public func setAutoPowerOn(_ isOn: Bool, of vm: Ref) async throws(APIError) {
        if let (subject, host) = try subject(vm) {
            do throws(HostError) {
                try await hosts.hypervisor.setStartsWithHost(isOn, subject, on: host.uuid)
            } catch {
                throw error.asAPIError(host.ref)
            }
        }
        try await database.transaction { transaction throws(APIError) in
            try transaction.set("VM", vm, "other_config", key: "auto_poweron", isOn ? "true" : nil)
        }
    }

    /// Empties a VM's CD drive, or puts a disc in.
    ///
    /// - Parameter iso: the disc's VDI; nil to leave the drive empty.
    /// - Returns: false where the VM has no such drive.
    @discardableResult
    public func insert(_ iso: Ref?, intoDriveOf vm: Ref) async throws(APIError) -> Bool {
        let snapshot = database.snapshot
        let drives = snapshot.pointing(at: vm, "VM", "VBDs").compactMap { snapshot.row("VBD", $0) }
        guard let drive = drives.first(where: { $0.string("type") == "CD" }) else { return false }
        let source = try iso.map { iso throws(APIError) in try snapshot.require("VDI", iso).string("location") }
        if let (subject, host) = try subject(vm) {
            do throws(HostError) {
                try await hosts.hypervisor.insert(source, into: drive.string("device"), of: subject, on: host.uuid)
            } catch {
                throw error.asAPIError(host.ref)
            }
        }
        try await database.transaction { transaction throws(APIError) in
            try transaction.set("VBD", drive.ref, "VDI", .string((iso ?? .null).rawValue))
            try transaction.set("VBD", drive.ref, "empty", .bool(iso == nil))
        }
        return true
    }

    /// A VM and the host that knows it: where it runs, or where it ran last.
    private func subject(_ vm: Ref) throws(APIError) -> (RunningVM, Row)? {
        let snapshot = database.snapshot
        let row = try snapshot.require("VM", vm)
        let home = row.ref("resident_on").isNull ? row.ref("affinity") : row.ref("resident_on")
        guard let host = snapshot.row("host", home) else { return nil }
        return (RunningVM(uuid: row.uuid, name: row.nameLabel, memory: row.int("memory_dynamic_max")), host)
    }
}
