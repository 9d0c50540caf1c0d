import CLibvirt
import Glibc
import Hosts
import UpdatePackage

/// A storage pool as libvirt describes it.
struct StoragePool: Hashable, Sendable {
    var name: String
    var isActive: Bool
    /// Whether what it is made of lies on the network, where other hosts reach it too.
    var isShared: Bool
    /// How the sources of disks in it begin.
    var prefixes: [String]

    private static let sharedTypes: Set = ["netfs", "rbd", "gluster", "iscsi", "iscsi-direct", "sheepdog", "vstorage"]

    /// Reads a pool's XML; nil for a text that describes none.
    init?(xml text: String, isActive: Bool) {
        guard let xml = try? XMLReader.read(text, limits: .large), let type = xml["type"],
            let name = xml.child("name").map({ HostAnswer.text($0.trimmedText) })
        else { return nil }
        (self.name, self.isActive) = (name, isActive)
        isShared = Self.sharedTypes.contains(type)
        prefixes = ["pool:\(name)/"]
        if ["rbd", "gluster", "sheepdog"].contains(type), let source = xml.child("source")?.child("name")?.trimmedText {
            prefixes.append("\(type):\(source)/")
        }
        // What iSCSI offers appears in a folder of devices that all of them share.
        if ["netfs", "vstorage"].contains(type), let path = xml.child("target")?.child("path")?.trimmedText {
            prefixes.append(path + "/")
        }
    }
}

extension LibvirtConnection {
    /// The host's storage pools; none where its libvirt has no driver for them.
    func storagePools() throws(LibvirtError) -> [StoragePool] {
        try withStoragePools { pool throws(LibvirtError) in Self.describe(pool) }
    }

    /// Starts the shared pools that do not run.
    func startStorage() throws(LibvirtError) {
        _ = try withStoragePools { pool throws(LibvirtError) -> Bool? in
            guard let description = Self.describe(pool), description.isShared, !description.isActive else { return nil }
            guard virStoragePoolCreate(pool, 0) == 0 else { throw .last() }
            return true
        }
    }

    private func withStoragePools<R>(_ body: (virStoragePoolPtr) throws(LibvirtError) -> R?) throws(LibvirtError) -> [R]
    {
        var list: UnsafeMutablePointer<virStoragePoolPtr?>?
        let count = virConnectListAllStoragePools(try open(), &list, 0)
        guard count >= 0 else {
            let error = LibvirtError.last()
            if error.code == Int32(VIR_ERR_NO_SUPPORT.rawValue) { return [] }
            throw error
        }
        let pools = (0..<Int(count)).compactMap { list?[$0] }
        defer {
            for pool in pools { virStoragePoolFree(pool) }
            free(list)
        }
        var results: [R] = []
        for pool in pools {
            if let result = try body(pool) { results.append(result) }
        }
        return results
    }

    private static func describe(_ pool: virStoragePoolPtr) -> StoragePool? {
        guard let text = virStoragePoolGetXMLDesc(pool, 0) else { return nil }
        defer { free(text) }
        return StoragePool(xml: String(cString: text), isActive: virStoragePoolIsActive(pool) == 1)
    }
}
