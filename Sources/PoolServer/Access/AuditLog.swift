import Basics
import Foundation
import PoolDatabase
import Synchronization

/// Who changed what, when and from where: a file to which each call that changes something adds one line.
///
/// Lines are JSON, never changed, and never hold arguments: a password may be among those. A file that is full makes room
/// for a new one; the oldest goes. Lines are not flushed to the disk one by one, so a power cut may take the last seconds.
/// Several processes may write one log: the server, and the commands that change its users and its trust.
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
        /// Lines that wait for room on the disk; what comes beyond them is counted only.
        var waiting = 10_000

        /// The server's own.
        public init() {}
    }

    private struct State {
        var descriptor: Int32 = -1
        /// How much of the file has been read or written here.
        var size = 0
        /// The oldest first.
        var newest: [Entry] = []
        /// Lines that are not in the file yet.
        var waiting: [Data] = []
        /// Lines that nobody could keep any more.
        var lost = 0
        /// Whether a line could not be written when it was due.
        var isLate = false
        var problem: String?
    }

    private let directory: String
    private let limits: Limits
    private let state = Mutex(State())
    private let onOthers = Mutex<(@Sendable (Entry) -> Void)?>(nil)

    /// Opens the log; its directory is made, for its owner only, if it is missing. A log that can not be opened keeps
    /// entries in memory, and ``problem`` says why: a full disk is no reason to refuse what would free it.
    public init(directory: String, limits: Limits = Limits()) {
        self.directory = directory
        self.limits = limits
        state.withLock { state in
            if limits.shown > 0 {
                let texts = (0...1).reversed().compactMap { FileManager.default.contents(atPath: path($0)) }
                let lines = texts.flatMap { $0.split(separator: 10) }.suffix(limits.shown)
                state.newest = lines.compactMap { try? JSONDecoder().decode(Entry.self, from: $0) }
            }
            open(&state)
        }
    }

    deinit { state.withLock { if $0.descriptor >= 0 { close($0.descriptor) } } }

    /// The entries that can be looked at, the newest first.
    public var newest: [Entry] {
        state.withLock { state in
            writeOut(&state)
            return state.newest.reversed()
        }
    }

    /// Has somebody told of what other processes add from now on, as soon as anybody looks.
    func follow(_ body: @escaping @Sendable (Entry) -> Void) { onOthers.withLock { $0 = body } }

    /// Looks whether other processes have added something.
    func look() { state.withLock { writeOut(&$0) } }

    /// Why entries are not on disk; nil where they are.
    public var problem: String? {
        state.withLock { state in
            if state.problem != nil { writeOut(&state) }
            return state.problem
        }
    }

    /// Adds an entry.
    public func add(_ entry: Entry) {
        guard let line = Self.line(entry) else { return }
        state.withLock { state in
            if state.waiting.count >= limits.waiting { writeOut(&state) }
            if state.waiting.count < limits.waiting { state.waiting.append(line) } else { state.lost += 1 }
            writeOut(&state, own: entry)
        }
    }

    private static func line(_ entry: Entry) -> Data? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // The same JSON, without what would drive the terminal on which somebody reads the file.
        return (try? encoder.encode(entry)).map {
            Data(String(decoding: $0, as: UTF8.self).escaped(for: .line).utf8) + [10]
        }
    }

    /// The file with that many newer ones.
    private func path(_ age: Int) -> String { "\(directory)/calls\(age == 0 ? "" : ".\(age)").jsonl" }

    /// Reads what others have added, and writes what waits, while no other process does.
    private func writeOut(_ state: inout State, own: Entry? = nil) {
        if state.descriptor < 0 { open(&state) }
        let isOpen = state.descriptor >= 0 && lock(&state)
        if isOpen { readOthers(&state) }
        if let own { show([own], &state) }
        guard isOpen else {
            state.isLate = state.isLate || !state.waiting.isEmpty
            return
        }
        if state.isLate, !state.waiting.isEmpty { markGap(&state) }
        while let line = state.waiting.first {
            if state.size > 0, state.size + line.count > limits.file { turn(&state) }
            guard write(line, &state) else {
                state.isLate = true
                return
            }
            state.waiting.removeFirst()
        }
        (state.isLate, state.problem) = (false, nil)
        flock(state.descriptor, LOCK_UN)
    }

    /// Locks the file that has the log's name now: another process may have put a new one in its place.
    private func lock(_ state: inout State) -> Bool {
        for _ in 0..<8 {
            guard state.descriptor >= 0, flock(state.descriptor, LOCK_EX) == 0 else { return false }
            if let named = FileStatus(at: path(0)), FileStatus(of: state.descriptor)?.isSame(as: named) == true {
                return true
            }
            readOthers(&state)
            close(state.descriptor)
            state.descriptor = -1
            open(&state)
        }
        return false
    }

    /// Takes in what other processes have added since the last look.
    private func readOthers(_ state: inout State) {
        guard let file = FileStatus(of: state.descriptor), Int(file.size) > state.size else { return }
        var bytes = [UInt8](repeating: 0, count: Int(file.size) - state.size)
        let count = pread(state.descriptor, &bytes, bytes.count, off_t(state.size))
        guard count == bytes.count else { return }
        state.size += count
        let entries = bytes.split(separator: 10).compactMap { try? JSONDecoder().decode(Entry.self, from: Data($0)) }
        show(entries, &state)
        if let tell = onOthers.withLock({ $0 }) { for entry in entries { tell(entry) } }
    }

    private func show(_ entries: [Entry], _ state: inout State) {
        guard limits.shown > 0 else { return }
        state.newest += entries
        if state.newest.count > limits.shown * 2 { state.newest.removeFirst(state.newest.count - limits.shown) }
    }

    /// Says in the log itself that what follows comes late, and how much is missing.
    private func markGap(_ state: inout State) {
        let last = state.waiting.last.flatMap { try? JSONDecoder().decode(Entry.self, from: $0) }
        let gap = Entry(
            at: last?.at ?? 0,
            user: "",
            role: "",
            address: "",
            message: "audit.gap",
            object: "\(state.waiting.count) calls that could not be written when they were made follow"
                + (state.lost > 0 ? "; \(state.lost) more are lost" : ""),
            outcome: "success"
        )
        guard let line = Self.line(gap), write(line, &state) else { return }
        (state.isLate, state.lost) = (false, 0)
        show([gap], &state)
    }

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
            _ = write(Data([10]), &state)
        }
    }

    private func turn(_ state: inout State) {
        unlink(path(limits.files - 1))
        for age in stride(from: limits.files - 2, through: 0, by: -1) { rename(path(age), path(age + 1)) }
        if state.descriptor >= 0 { close(state.descriptor) }
        state.descriptor = -1
        open(&state)
        if state.descriptor >= 0 { flock(state.descriptor, LOCK_EX) }
    }

    /// - Returns: whether all of it is in the file; where not, nothing of it is.
    private func write(_ line: Data, _ state: inout State) -> Bool {
        guard state.descriptor >= 0 else { return false }
        let written = line.withUnsafeBytes { Glibc.write(state.descriptor, $0.baseAddress, $0.count) }
        guard written == line.count else {
            let reason = errno
            if written > 0 { ftruncate(state.descriptor, off_t(state.size)) }
            errno = written > 0 ? ENOSPC : reason
            fail("\(path(0)) can not be written", &state)
            return false
        }
        state.size += written
        return true
    }

    private func fail(_ text: String, _ state: inout State) {
        let reason = String(cString: strerror(errno))
        state.problem = "\(text) (\(reason)): calls are kept in memory only until there is room, and written then."
        if state.descriptor >= 0 { close(state.descriptor) }
        state.descriptor = -1
    }
}
