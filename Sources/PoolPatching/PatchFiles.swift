import Foundation
import XenAPI

/// The uploaded packages on disk: named by their SHA-256, so that a name can not lie about its contents.
struct PatchFiles: Sendable {
    let directory: String
    private var incoming: String { directory + "/incoming" }

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
        return Int64(status.f_bavail) * Int64(status.f_frsize)
    }

    /// Whether there is a file at `path`.
    func exists(_ path: String) -> Bool { !path.isEmpty && FileManager.default.fileExists(atPath: path) }

    /// Takes a verified file in under its digest, and makes sure that it is on disk.
    func keep(_ path: String, sha256: String) throws(APIError) -> String {
        let kept = directory + "/" + sha256 + ".xsupdate"
        guard chmod(path, 0o440) == 0, rename(path, kept) == 0 else {
            throw .internalError("The patch could not be stored as \(kept): \(String(cString: strerror(errno))).")
        }
        sync(directory)
        return kept
    }

    /// The digest by which a file was taken in.
    func sha256(ofKept path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        return String(name.prefix { $0 != "." })
    }

    /// Removes a file; one that is not there is no fault.
    func remove(_ path: String) {
        if !path.isEmpty { unlink(path) }
    }

    /// A rename is durable once its directory is.
    private func sync(_ directory: String) {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
