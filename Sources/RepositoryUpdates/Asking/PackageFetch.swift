import Basics
import Crypto
import Foundation
import Hosts
import UpdatePackage

/// Brings a package's file from a host into a snapshot's folder, piece by piece, and believes nothing of it.
struct PackageFetch {
    let host: NamedHost
    let folder: SnapshotFolder
    /// Bytes of one piece: a packet for SSH, and little memory.
    private static let piece = 4 << 20

    /// Fetches a file that the host has downloaded; it gets its name when every byte was looked at.
    func fetch(_ package: OfferedPackage) async throws {
        let partial = folder.file(package) + ".partial"
        defer { try? FileManager.default.removeItem(atPath: partial) }
        guard FileManager.default.createFile(atPath: partial, contents: nil),
            let file = FileHandle(forWritingAtPath: partial)
        else { throw RepositoryError.cannotWrite(path: partial, reason: "the file can not be made") }
        defer { try? file.close() }
        var hash = SHA256()
        var size: Int64 = 0
        while size < package.size {
            let count = Int(min(Int64(Self.piece), package.size - size))
            let path = "\(HostProgram.store)/\(package.sha256)"
            let bytes = try await host.host.read(path, from: size, count: count)
            guard !bytes.isEmpty, bytes.count <= count else { break }
            hash.update(data: bytes)
            do { try file.write(contentsOf: bytes) } catch {
                throw RepositoryError.cannotWrite(path: partial, reason: error.localizedDescription)
            }
            size += Int64(bytes.count)
        }
        guard size == package.size, hash.finalize().hex == package.sha256 else {
            throw RepositoryError.otherBytes(host: host.name, package: package.nevra, what: "other bytes")
        }
        try check(partial, is: package)
        do { try file.synchronize() } catch {
            throw RepositoryError.cannotWrite(path: partial, reason: error.localizedDescription)
        }
        guard rename(partial, folder.file(package)) == 0 else {
            throw RepositoryError.cannotWrite(
                path: folder.file(package),
                reason: "\(String(cString: strerror(errno)))"
            )
        }
    }

    /// The metadata may tell of a package what it does not say of itself.
    private func check(_ file: String, is package: OfferedPackage) throws {
        let (name, order, architecture): (String, PackageOrder, String)
        switch package.format {
        case .rpm:
            let found = try RPMFile.describe(file)
            (name, order, architecture) = (found.name, .rpm(found.order), found.architecture)
        case .deb:
            let found = try DebFile.describe(file)
            (name, order, architecture) = (found.name, .deb(found.version), found.architecture)
        }
        guard name == package.name, order == package.order, architecture == package.architecture else {
            throw RepositoryError.otherBytes(
                host: host.name,
                package: package.nevra,
                what: "\(name) \(order), another package"
            )
        }
    }
}
