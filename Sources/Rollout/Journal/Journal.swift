import Basics
import FoundationEssentials

/// A run's journal: one line per record, each bound to the one before it by a digest, so that no record can be changed,
/// taken out or put in without a trace.
///
/// A line is `<digest in hex> <JSON>\n`. The digest covers the digest before it and the JSON; the first one starts from
/// nothing. The journal is a pure value of bytes; ``JournalFile`` puts them on disk.
public struct Journal: Sendable {
    /// The version that this code writes and reads.
    public static let version = 1
    /// Largest record that is taken seriously, in bytes.
    public static let largestRecord = 64 << 20

    /// Makes a digest: SHA-256 on disk; a simulation may take a faster one.
    public typealias Digest = @Sendable ([UInt8]) -> [UInt8]

    /// The digest of the newest record, in hex. Kept elsewhere, it also shows whether records were cut off the end.
    public fileprivate(set) var head: String
    /// Records so far.
    public fileprivate(set) var count: Int
    fileprivate let digest: Digest

    /// An empty journal.
    public init(digest: @escaping Digest) {
        self.digest = digest
        head = ""
        count = 0
    }

    /// The line of one more record.
    public mutating func append(_ record: Record) throws(JournalError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json: [UInt8]
        do { json = Array(try encoder.encode(record)) } catch { throw .unwritable("\(error)") }
        let sum = digest(Array(head.utf8) + json).hex
        head = sum
        count += 1
        return Array(sum.utf8) + [0x20] + json + [0x0A]
    }

    /// Reads a journal and checks every link of its chain.
    ///
    /// A last line without an end is what a crash leaves: it is left out, and ``Contents/torn`` says how long it was.
    public static func read(_ bytes: [UInt8], digest: @escaping Digest) throws(JournalError) -> Contents {
        var contents = Contents(digest: digest)
        let decoder = JSONDecoder()
        while try contents.readNext(bytes, decoder) {}
        contents.torn = bytes.count - contents.length
        return contents
    }

    /// The records before the first that does not fit: to see what a run had done, not to carry it on.
    public static func intactPart(_ bytes: [UInt8], digest: @escaping Digest) -> Contents {
        var contents = Contents(digest: digest)
        let decoder = JSONDecoder()
        while (try? contents.readNext(bytes, decoder)) == true {}
        return contents
    }

    fileprivate static func checkVersion(_ json: ArraySlice<UInt8>, _ decoder: JSONDecoder) throws(JournalError) {
        struct Opening: Decodable { var opened: Header? }
        struct Header: Decodable { var version: Int }
        let found = (try? decoder.decode(Opening.self, from: Data(json)))?.opened?.version
        guard found == version else { throw .otherVersion(found) }
    }

    /// What a journal holds.
    public struct Contents: Sendable {
        /// Goes on where the file ends.
        public var journal: Journal
        public var records: [Record]
        /// Bytes of the whole records.
        public var length: Int
        /// Bytes of a record that was not written to its end.
        public var torn: Int
        private var heads: Set<String> = []

        fileprivate init(digest: @escaping Digest) {
            (journal, records, length, torn) = (Journal(digest: digest), [], 0, 0)
        }

        /// Whether one of the records has this digest.
        public func contains(head: String) -> Bool { heads.contains(head) }

        /// Reads one more line.
        ///
        /// - Returns: false where no whole line is left.
        fileprivate mutating func readNext(_ bytes: [UInt8], _ decoder: JSONDecoder) throws(JournalError) -> Bool {
            guard let end = bytes[length...].firstIndex(of: 0x0A) else { return false }
            let line = bytes[length..<end]
            let number = records.count + 1
            guard line.count <= Journal.largestRecord, let space = line.firstIndex(of: 0x20) else {
                throw .broken(record: number)
            }
            let json = line[(space + 1)...]
            let sum = journal.digest(Array(journal.head.utf8) + json).hex
            guard Array(sum.utf8) == Array(line[..<space]) else { throw .broken(record: number) }
            if number == 1 { try Journal.checkVersion(json, decoder) }
            do { records.append(try decoder.decode(Record.self, from: Data(json))) } catch {
                throw .unreadable(record: number)
            }
            journal.head = sum
            heads.insert(sum)
            journal.count += 1
            length = end + 1
            return true
        }
    }
}

extension Journal {
    /// One record. Exactly one member is present.
    public struct Record: Codable, Hashable, Sendable {
        /// The first record: what this is.
        public var opened: Header?
        /// Something that the run learned, before it acted on it.
        public var input: Input?
        /// What it then wanted done, before anything of it was begun.
        public var intent: Intent?

        public static func opening(run: String, by writer: String) -> Record {
            Record(opened: Header(version: Journal.version, run: run, writer: writer))
        }
        public static func input(_ input: Input) -> Record { Record(input: input) }
        public static func intent(_ intent: Intent) -> Record { Record(intent: intent) }
    }

    /// The first record's contents.
    public struct Header: Codable, Hashable, Sendable {
        public var version: Int
        public var run: String
        /// The program that wrote it.
        public var writer: String
    }

    /// What the run wants done, and what it owes from now on.
    public struct Intent: Codable, Hashable, Sendable {
        public var effects: [String]
        /// Obligations that arose or changed.
        public var obligations: [Obligation]

        public init(effects: [String], obligations: [Obligation]) {
            self.effects = effects
            self.obligations = obligations
        }
    }
}

/// Why a journal can not be used. The file is kept as it is.
public enum JournalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The chain does not fit at this record (the first is 1).
    case broken(record: Int)
    case unreadable(record: Int)
    case otherVersion(Int?)
    /// Replaying the inputs gives other intents than those that were written.
    case diverged(record: Int)
    case unwritable(String)
    /// The file is gone.
    case missing(path: String)
    /// The file holds no record: it was emptied or overwritten.
    case empty(path: String)
    /// Records that were on disk are no longer there.
    case cutOff(path: String)
    /// The file can not be read at the moment.
    case closed(String)

    public var description: String {
        switch self {
        case .broken(let record):
            "Record \(record) of the journal does not fit the one before it: the file was changed. \(Self.wayOut)"
        case .unreadable(let record):
            "Record \(record) of the journal can not be read: it was written by another version. \(Self.wayOut)"
        case .otherVersion(let version):
            "The journal has version \(version.map(String.init) ?? "unknown"), and this program reads "
                + "\(Journal.version). \(Self.olderProgram)"
        case .diverged(let record):
            "Record \(record) of the journal is not what this program would have wanted. \(Self.olderProgram)"
        case .missing(let path):
            "The journal \(path) is gone, and what the run did is not known: see that no host is left "
                + "disabled and no VM stopped; then cancel the run, which gives it up, and begin another."
        case .empty(let path):
            "The journal \(path) holds no record any more: it was emptied or overwritten. \(Self.wayOut)"
        case .cutOff(let path): "The last records of the journal \(path) are gone: it was cut off. \(Self.wayOut)"
        case .closed(let reason):
            "The journal can not be read: \(reason). See to the disk and the file's permissions, and start the server again."
        case .unwritable(let reason):
            "The journal can not be written: \(reason). The run goes no further: see that there is room on the disk, then "
                + "resume it."
        }
    }

    private static let olderProgram =
        "Finish the run with the program that began it; or cancel it, which gives it up."
    private static let wayOut =
        "It is kept, and not used: see that no host is left disabled and no VM stopped; then cancel the run, "
        + "which gives it up, and begin another."
}
