import Foundation
import Synchronization

/// Who changed what, when and from where: a file to which each call that changes something adds one line.
///
/// Lines are JSON, never changed, and never hold arguments: a password may be among those. A file that is full makes room
/// for a new one; the oldest goes. Lines are not flushed to the disk one by one, so a power cut may take the last seconds.
public final class AuditLog: Sendable {
    /// One call.
    public struct Entry: Codable, Hashable, Sendable {
        /// When it was answered, in seconds since the epoch.
        public var at: Int64
        /// Who called; `(unknown)` for a sign-in under a name that nobody has.
        public var user: String
        public var role: String
        /// The caller's address; `local` for the UNIX socket, empty where nobody knows.
        public var address: String
        /// The message, such as `host.disable`.
        public var message: String
        /// Which objects it was about, by name and uuid.
        public var object: String
        /// `success`, or the error's code.
        public var outcome: String
    }

    /// How much is kept.
    public struct Limits: Sendable {
        /// Bytes of a file before another one is begun.
        var file = 4 << 20
        /// Files, the one that is written among them.
        var files = 8
        /// Entries that can be looked at without reading files.
        var shown = 5000

        /// The server's own.
        public init() {}
    }

    private struct State {
        var descriptor: Int32 = -1
        var size = 0
        /// The oldest first.
        var newest: [Entry] = []
        var problem: String?
    }

    private let directory: String
    private let limits: Limits
    private let state = Mutex(State())

    /// Opens the log; its directory is made, for its owner only, if it is missing. A log that can not be opened keeps
    /// entries in memory, and ``problem`` says why: a full disk is no reason to refuse what would free it.
    public init(directory: String, limits: Limits = Limits()) {
        self.directory = directory
        self.limits = limits
        state.withLock { state in
            let texts = (0...1).reversed().compactMap { FileManager.default.contents(atPath: path($0)) }
            let lines = texts.flatMap { $0.split(separator: 10) }.suffix(limits.shown)
            state.newest = lines.compactMap { try? JSONDecoder().decode(Entry.self, from: $0) }
            open(&state)
        }
    }

    deinit { state.withLock { if $0.descriptor >= 0 { close($0.descriptor) } } }

    /// The entries that can be looked at, the newest first.
    public var newest: [Entry] { state.withLock { $0.newest.reversed() } }

    /// Why entries are not on disk; nil where they are.
    public var problem: String? { state.withLock { $0.problem } }

    /// Adds an entry.
    public func add(_ entry: Entry) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let text = try? encoder.encode(entry) else { return }
        state.withLock { state in
            state.newest.append(entry)
            if state.newest.count > limits.shown * 2 { state.newest.removeFirst(limits.shown) }
            if state.size + text.count >= limits.file { turn(&state) }
            if state.descriptor < 0 { open(&state) }
            write(text + [10], &state)
        }
    }

    /// The file with that many newer ones.
    private func path(_ age: Int) -> String { "\(directory)/calls\(age == 0 ? "" : ".\(age)").jsonl" }

    private func open(_ state: inout State) {
        do {
            try FileManager.default.createDirectory(
                atPath: directory,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            return fail("\(directory) can not be made: \(error.localizedDescription)", &state)
        }
        state.descriptor = Glibc.open(path(0), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard state.descriptor >= 0 else { return fail("\(path(0)) can not be opened", &state) }
        state.size = Int(lseek(state.descriptor, 0, SEEK_END))
        // What a power cut has left of a line does not spoil the next one.
        var last: UInt8 = 10
        if state.size > 0, pread(state.descriptor, &last, 1, off_t(state.size - 1)) == 1, last != 10 {
            write(Data([10]), &state)
        }
    }

    private func turn(_ state: inout State) {
        if state.descriptor >= 0 { close(state.descriptor) }
        state.descriptor = -1
        unlink(path(limits.files - 1))
        for age in stride(from: limits.files - 2, through: 0, by: -1) { rename(path(age), path(age + 1)) }
    }

    private func write(_ line: Data, _ state: inout State) {
        guard state.descriptor >= 0 else { return }
        let written = line.withUnsafeBytes { Glibc.write(state.descriptor, $0.baseAddress, $0.count) }
        guard written == line.count else { return fail("\(path(0)) can not be written", &state) }
        state.size += written
        state.problem = nil
    }

    private func fail(_ text: String, _ state: inout State) {
        let reason = String(cString: strerror(errno))
        state.problem = "\(text) (\(reason)): calls are kept in memory only until there is room."
        if state.descriptor >= 0 { close(state.descriptor) }
        state.descriptor = -1
    }
}
