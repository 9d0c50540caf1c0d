import Foundation
import XenAPI

/// The uploaded packages on disk: named by their SHA-256, so that a name can not lie about its contents, and nothing else can
/// be named.
struct PatchFiles: Sendable {
    let directory: String
    private var incoming: String { directory + "/incoming" }
    private static let packageEnding = ".xsupdate"
    private static let promiseEnding = ".promise.json"

    init(directory: String) throws(APIError) {
        self.directory = directory
        do {
            try FileManager.default.createDirectory(
                atPath: directory + "/incoming",
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            // What a server that died left behind half-received is of no use to anybody.
            for name in try FileManager.default.contentsOfDirectory(atPath: directory + "/incoming") {
                try FileManager.default.removeItem(atPath: directory + "/incoming/" + name)
            }
        } catch {
            throw .internalError("The directory \(directory) for uploaded patches can not be used: \(error).")
        }
    }

    /// A path for a file that is on its way in.
    func incomingPath(_ name: String) -> String { incoming + "/" + name }

    /// Bytes free for uploads.
    func freeBytes() -> Int64 {
        var status = statvfs()
        guard statvfs(directory, &status) == 0 else { return 0 }
        let (bytes, overflow) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return overflow ? .max : Int64(clamping: bytes)
    }

    /// The name of a package's file, as `pool_patch.filename` shows it.
    static func name(of digest: PackageDigest) -> String { digest.description + packageEnding }

    /// The digest in the name that an earlier version gave a package's file, with or without folders before it.
    static func digest(inName name: String) -> PackageDigest? {
        guard let last = name.split(separator: "/").last, last.hasSuffix(packageEnding) else { return nil }
        return PackageDigest(String(last.dropLast(packageEnding.count)))
    }

    /// Where the package of that digest lies, if it is kept.
    func package(_ digest: PackageDigest) -> String { directory + "/" + Self.name(of: digest) }

    /// Where its promise lies, if it is known.
    func promise(_ digest: PackageDigest) -> String { directory + "/" + digest.description + Self.promiseEnding }

    /// The package of that digest, where it is kept.
    func kept(_ digest: PackageDigest?) -> String? {
        guard let path = digest.map(package), FileManager.default.fileExists(atPath: path) else { return nil }
        return path
    }

    /// Takes a verified file in under its digest, and makes sure that it is on disk.
    func keep(_ path: String, _ digest: PackageDigest) throws(APIError) {
        let kept = package(digest)
        guard chmod(path, 0o440) == 0, rename(path, kept) == 0 else {
            throw .internalError("The patch could not be stored as \(kept): \(String(cString: strerror(errno))).")
        }
        sync(directory)
    }

    /// Removes a file on its way in; one that is not there is no fault.
    func removeIncoming(_ path: String) { unlink(path) }

    /// Removes a package; one that is not there is no fault.
    func removePackage(_ digest: PackageDigest?) {
        if let digest { unlink(package(digest)) }
    }

    /// Removes a promise; one that is not there is no fault.
    func removePromise(_ digest: PackageDigest?) {
        if let digest { unlink(promise(digest)) }
    }

    /// The digests of all packages and promises that are kept.
    func all() -> (packages: [PackageDigest], promises: [PackageDigest]) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        func digests(_ ending: String) -> [PackageDigest] {
            names.filter { $0.hasSuffix(ending) }.compactMap { PackageDigest(String($0.dropLast(ending.count))) }
        }
        return (digests(Self.packageEnding), digests(Self.promiseEnding))
    }

    /// A rename is durable once its directory is.
    private func sync(_ directory: String) {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
