import Glibc
import Subprocess
import SystemPackage

/// Runs a program on data of strangers: the one place from which such programs are started.
///
/// It sees the system's programs and libraries, the files named here as `/in/NAME`, and where it has to write one folder as
/// `/out`; everything but that folder is read-only, there is no network, and no environment. It has limits on time, memory
/// and the size of files, and dies with Pitstop, together with all that it started. The names of the files on this machine
/// are never among its arguments, so nothing in them can mean anything to it.
struct OutsideTool: Sendable {
    /// The program's name, found in the system's folders.
    var name: String
    /// Files that it may read, by the names that it sees: `keys` is `/in/keys`.
    var inputs: [String: String] = [:]
    /// The folder that it may write to, as `/out`; nil for none.
    var output: String?
    /// Bytes of a file that it writes, at most: the kernel stops it there.
    var fileSize: Int64 = 64 << 20
    /// How long it may run.
    var timeLimit: Duration = .seconds(120)

    /// Name of the environment variable by which an operator does without namespaces where the machine forbids them.
    private static let kindVariable = "PITSTOP_SANDBOX"
    /// Bytes of memory that it may address.
    private static let memory: Int64 = 2 << 30

    /// Runs the program and collects its outputs.
    ///
    /// - Parameters:
    ///   - arguments: with files by their names inside.
    ///   - input: its standard input; empty where it is nil.
    func run(_ arguments: [String], from input: FileDescriptor? = nil) async throws(ToolError) -> Tool.Outcome {
        let isOpen = getenv(Self.kindVariable).map { String(cString: $0) == "proot" } ?? false
        var command = [
            "--core=0", "--fsize=\(fileSize)", "--nofile=256", "--as=\(Self.memory)", "--",
        ]
        command += isOpen ? [name] + arguments.map(outside) : ["bwrap"] + options + ["--", name] + arguments
        let tool = Tool(name: "prlimit", timeLimit: timeLimit, inheritsEnvironment: false)
        let outcome =
            if let input { try await tool.run(command, from: input) } else { try await tool.run(command) }
        return try checked(outcome, isOpen: isOpen)
    }

    /// Runs the program and demands that it succeeds.
    func require(_ arguments: [String], from input: FileDescriptor? = nil) async throws(ToolError) -> Tool.Outcome {
        let outcome = try await run(arguments, from: input)
        guard outcome.exitStatus == 0 else { throw .failed(tool: name, reason: outcome.complaint) }
        return outcome
    }

    private var options: [String] {
        var options = ["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
        options += ["--ro-bind", "/usr", "/usr"]
        for folder in ["/bin", "/sbin", "/lib", "/lib32", "/lib64"] { options += Self.place(folder) }
        options += ["--dev", "/dev", "--dir", "/tmp"]
        for (name, path) in inputs.sorted(by: { $0.key < $1.key }) { options += ["--ro-bind", path, "/in/" + name] }
        if let output { options += ["--bind", output, "/out"] }
        return options + ["--remount-ro", "/", "--chdir", "/"]
    }

    /// Where the system's folders are links into `/usr`, they are so inside.
    private static func place(_ folder: String) -> [String] {
        if let target = try? linkTarget(folder) { return ["--symlink", target, folder] }
        return ["--ro-bind-try", folder, folder]
    }

    /// An argument as the program needs it outside of the namespaces.
    private func outside(_ argument: String) -> String {
        if argument.hasPrefix("/in/"), let path = inputs[String(argument.dropFirst(4))] { return path }
        if let output, argument == "/out" || argument.hasPrefix("/out/") { return output + argument.dropFirst(4) }
        return argument
    }

    /// Tells the program's own end from trouble with what is around it.
    private func checked(_ outcome: Tool.Outcome, isOpen: Bool) throws(ToolError) -> Tool.Outcome {
        let lines = outputLines(outcome.errors)
        if outcome.exitStatus == 127 { throw .missing(tool: isOpen ? name : "bwrap") }
        guard !isOpen else { return outcome }
        if let line = lines.first(where: { $0.hasPrefix("bwrap: ") }) {
            if line.hasPrefix("bwrap: execvp \(name): No such file") { throw .missing(tool: name) }
            throw .failed(
                tool: "bwrap",
                reason:
                    "\(line.dropFirst(7)); where namespaces are forbidden, \(Self.kindVariable)=proot does without them"
            )
        }
        // A signal that ended the program inside is told as a status.
        guard let status = outcome.exitStatus, (129...192).contains(status) else { return outcome }
        var inner = outcome
        inner.status = .signaled(status - 128)
        return inner
    }
}

/// Where a link leads, as it is written.
private func linkTarget(_ path: String) throws(Errno) -> String {
    var buffer = [CChar](repeating: 0, count: 4_096)
    let count = readlink(path, &buffer, buffer.count)
    guard count > 0 else { throw Errno(rawValue: errno) }
    return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
