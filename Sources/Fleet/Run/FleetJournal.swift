import Basics
import Crypto
public import Storage

/// The journal of a fleet run: its inputs, each bound to the one before it by a digest.
///
/// A record is `<SHA-256 in hex> <JSON>`; the digest covers the digest before it and the JSON. It is durable before anything is
/// done because of it, so that whoever takes the run over knows of everything that may have been begun.
public struct FleetJournal: Sendable {
    private struct Record: Codable {
        /// In the first record only: the form in which this journal is written.
        var version: Int?
        var input: FleetInput
    }

    /// The form that is written and read here.
    static let version = 1

    /// The digest of the newest record, in hex; empty as long as there is none.
    public private(set) var head = ""
    private let log: any AppendLog
    private let name: String
    private var place: LogHead
    private var count = 0

    /// Opens a journal, and tells what is in it.
    ///
    /// - Throws: ``FleetError`` where a record is not as it was written.
    public static func open(_ name: StorageName, in storage: any Storage) async throws
        -> (journal: FleetJournal, inputs: [FleetInput])
    {
        let log = try await storage.logs.log(name)
        let (records, place, _) = try await log.read()
        var journal = FleetJournal(log: log, name: name.text, place: place)
        var inputs: [FleetInput] = []
        for record in records { inputs.append(try journal.read(record)) }
        return (journal, inputs)
    }

    private init(log: any AppendLog, name: String, place: LogHead) {
        (self.log, self.name, self.place) = (log, name, place)
    }

    /// Adds an input, which is durable when this returns.
    public mutating func append(_ input: FleetInput) async throws {
        let json = try Coding.line(Record(version: count == 0 ? Self.version : nil, input: input))
        let sum = Self.digest(head, json)
        place = try await log.append(Array(sum.utf8) + [0x20] + json, after: place)
        head = sum
        count += 1
    }

    private mutating func read(_ line: [UInt8]) throws(FleetError) -> FleetInput {
        count += 1
        guard line.count > 65, line[64] == 0x20 else { throw .changed(name, record: count) }
        let json = Array(line[65...])
        let sum = String(decoding: line[..<64], as: UTF8.self)
        guard sum == Self.digest(head, json) else { throw .changed(name, record: count) }
        guard let record = try? Coding.read(Record.self, json),
            count > 1 || record.version == Self.version
        else { throw .otherVersion(name) }
        head = sum
        return record.input
    }

    private static func digest(_ head: String, _ json: [UInt8]) -> String {
        SHA256.hash(data: Array(head.utf8) + json).hex
    }
}

/// Why a fleet run can not be begun or carried out.
public enum FleetError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A journal is not as it was written.
    case changed(String, record: Int)
    /// Another version of the program wrote it.
    case otherVersion(String)
    /// Another process carries a run of this state directory out.
    case busy(holder: String)
    /// A run has not ended yet.
    case unfinished(run: String, title: String)
    /// There is no run.
    case noRun
    /// The fleet file lacks a pool of the run.
    case lostPool(String)

    /// One sentence for the operator, with the next step.
    public var description: String {
        switch self {
        case .changed(let name, let record):
            "\(name) was changed: record \(record) is not as it was written. Put it back from a backup; nothing was begun."
        case .otherVersion(let name): "\(name) was written by another version of this program: go on with that one."
        case .busy(let holder):
            "Another process carries a fleet run of this state directory out (\(holder)): speak to it with 'pitstop fleet pause', "
                + "'cancel' and so on, or end it first."
        case .unfinished(let run, let title):
            "Fleet run \(run) (\(title)) has not ended: go on with it by 'pitstop fleet resume', or cancel it first."
        case .noRun: "This fleet has had no run yet: begin one with 'pitstop fleet start'."
        case .lostPool(let name):
            "The fleet run has the pool \(name), which the fleet file does not name any more: put it back, and skip it if it is to "
                + "be left out."
        }
    }
}
