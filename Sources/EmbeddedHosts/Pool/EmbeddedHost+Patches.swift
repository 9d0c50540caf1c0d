import Dispatch
import Hosts
import SystemPackage

/// The host's `/var/patch`: the program that runs, and the stamps of what was applied.
extension EmbeddedHost {
    static let patchFolder = ["var", "patch"]
    static let stampFolder = ["var", "patch", "applied"]
    /// Programs run one at a time, under one name: nothing of a package's own name reaches the host.
    static let programName = "update"
    private static let stampBytes = 65_536
    private static let stampCount = 4096

    /// Brings a program to the host, where it may be run.
    func place(program: FilePath) async throws(HostError) {
        let (tree, name) = (tree, name)
        let error: HostError? = await withCheckedContinuation { done in
            // Packages of a gigabyte exist: no thread of Swift's pool may wait for the disk that long.
            DispatchQueue.global().async {
                do throws(Errno) {
                    try Self.bring(program, into: tree)
                    done.resume(returning: nil)
                } catch {
                    done.resume(returning: HostError(error, host: name, path: "/var/patch"))
                }
            }
        }
        if let error { throw error }
    }

    private static func bring(_ program: FilePath, into tree: FilePath) throws(Errno) {
        let folder = try TreeFolder(patchFolder, in: tree, creating: true)
        // A package of a gigabyte need not be copied for each of its runs.
        if try folder.linkFile(programName, to: program, mode: 0o755) { return }
        let source: FileDescriptor = try FileSystem.typed {
            try FileDescriptor.open(program, .readOnly, options: [.closeOnExec])
        }
        defer { try? source.close() }
        try folder.replaceFile(programName, mode: 0o755) { file in
            try withUnsafeTemporaryAllocation(byteCount: 1 << 20, alignment: 16) { buffer in
                while case let count = try source.read(into: buffer), count > 0 {
                    try file.writeAll(buffer[..<count])
                }
            }
        }
    }

    func stamps() async throws(HostError) -> [Stamp] {
        try checkUp()
        do throws(Errno) {
            let folder = try TreeFolder(Self.stampFolder, in: tree, creating: true)
            var stamps: [Stamp] = []
            for name in try folder.names().prefix(Self.stampCount) where !name.hasPrefix(".") {
                guard let file = try folder.readFile(name, limit: Self.stampBytes) else { continue }
                let contents = String(decoding: file.bytes, as: UTF8.self)
                stamps.append(Stamp(name: name, contents: contents, modified: file.modified))
            }
            return stamps
        } catch {
            throw HostError(error, host: name, path: "/var/patch/applied")
        }
    }

    func writeStamp(uuid: String, contents: String) async throws(HostError) {
        try checkUp()
        let isName = uuid.utf8.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "-")
        }
        guard isName, (1...64).contains(uuid.utf8.count), !uuid.contains("/") else {
            throw .failed(
                host: name,
                reason: "a stamp needs the uuid of a patch as its name, not \(uuid.debugDescription)"
            )
        }
        do throws(Errno) {
            let folder = try TreeFolder(Self.stampFolder, in: tree, creating: true)
            try folder.replaceFile(uuid, mode: 0o440) { _ = try $0.writeAll(contents.utf8) }
        } catch {
            throw HostError(error, host: name, path: "/var/patch/applied/\(uuid)")
        }
    }
}
