import Dispatch
import Hosts
import SystemPackage

/// The host's `/var/patch`: the program that runs, and the stamps of what was applied.
extension EmbeddedHost {
    static let patchFolder = ["var", "patch"]
    static let stampFolder = ["var", "patch", "applied"]
    /// Programs run one at a time, under one name: nothing of a package's own name reaches the host.
    static let programName = "update"

    /// Makes a program runnable as `/var/patch/update`.
    ///
    /// It stays where the server keeps it, and the sandbox lays it over an empty file, for reading only: a host whose shell
    /// was replaced can not rewrite what runs on it next, and a package of a gigabyte is not copied for each of its runs.
    ///
    /// - Returns: what the sandbox has to lend; nothing with `proot`, which gets a copy.
    func lend(program: String) async throws(HostError) -> [Sandbox.Binding] {
        let (tree, name, isCopied) = (tree, name, sandbox.kind == .proot)
        let error: HostError? = await withCheckedContinuation { done in
            // No thread of Swift's pool may wait for the disk as long as a copy takes.
            DispatchQueue.global().async {
                do throws(Errno) {
                    try Self.prepare(FilePath(program), in: tree, isCopied: isCopied)
                    done.resume(returning: nil)
                } catch {
                    done.resume(returning: HostError(error, host: name, path: "/var/patch"))
                }
            }
        }
        if let error { throw error }
        return isCopied ? [] : [Sandbox.Binding(source: program, destination: "/var/patch/\(Self.programName)")]
    }

    private static func prepare(_ program: FilePath, in tree: FilePath, isCopied: Bool) throws(Errno) {
        let folder = try TreeFolder(patchFolder, in: tree, creating: true)
        guard isCopied else {
            try FileSystem.closeToOthers(program)
            return try folder.replaceFile(programName, mode: 0o755) { _ in }
        }
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

    func read(_ path: String, from offset: Int64, count: Int) async throws(HostError) -> [UInt8] {
        try checkUp()
        let names = path.split(separator: "/").map(String.init)
        guard path.hasPrefix("/"), let file = names.last, !names.contains(".."), offset >= 0, count >= 0 else {
            throw .failed(host: name, reason: "\(path.debugDescription) is no path of a file")
        }
        do throws(Errno) {
            let folder = try TreeFolder(Array(names.dropLast()), in: tree)
            guard let piece = try folder.readFile(file, from: offset, limit: count) else { throw .isDirectory }
            return piece.bytes
        } catch {
            throw HostError(error, host: name, path: path)
        }
    }

    func stamps() async throws(HostError) -> [Stamp] {
        try checkUp()
        var stamps = StampCollection()
        do {
            let folder = try TreeFolder(Self.stampFolder, in: tree, creating: true)
            for name in try folder.names() where !name.hasPrefix(".") {
                guard let file = try folder.readFile(name, limit: StampCollection.stampBytes) else { continue }
                try stamps.add(name: name, contents: file.bytes, modified: file.modified)
            }
            return stamps.stamps
        } catch let nonsense as HostNonsense {
            throw nonsense.of(name)
        } catch {
            throw HostError(error as? Errno ?? .ioError, host: name, path: "/var/patch/applied")
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
