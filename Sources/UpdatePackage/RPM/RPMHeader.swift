/// A header structure of an RPM file: an index of tags, and a store with their values (rpm's `docs/manual/format_header.md`).
///
/// It is read here and not by rpm, which takes a file that does not begin as a package for a list of packages, and expands
/// the macros in it: a command of the file's choice.
struct RPMHeader {
    /// The tags that are needed, by their numbers in rpm's `rpmtag.h`.
    enum Tag: UInt32 {
        case sha1 = 269
        case sha256 = 273
        case name = 1000
        case version = 1001
        case release = 1002
        case epoch = 1003
        case size = 1009
        case license = 1014
        case architecture = 1022
        case oldFileNames = 1027
        case sourcePackage = 1044
        case baseNames = 1117
        case longSize = 5009
    }

    private enum Kind: UInt32 {
        case int32 = 4
        case int64 = 5
        case string = 6
        case stringArray = 8
        case localized = 9
    }

    private struct Entry {
        var kind: UInt32
        var offset: Int
        var count: Int
    }

    /// Bytes before the index: a mark, four that are reserved, and how many entries and bytes follow.
    static let introLength = 16
    private static let mark: [UInt8] = [0x8e, 0xad, 0xe8, 0x01]
    private static let entryLength = 16
    /// Far above what packages have, and below rpm's own limits.
    private static let entryLimit = 1 << 16
    private static let storeLimit = 1 << 24

    /// The whole structure, as digests are taken of it.
    let bytes: ArraySlice<UInt8>
    private let store: ArraySlice<UInt8>
    private var entries: [Tag: Entry] = [:]

    /// Bytes of the structure at the beginning of some bytes, as its first ones say; nil where there is none.
    static func length(_ input: ArraySlice<UInt8>) -> Int? {
        measures(input).map { introLength + $0.entries * entryLength + $0.bytes }
    }

    /// How many entries and bytes of values there are.
    private static func measures(_ input: ArraySlice<UInt8>) -> (entries: Int, bytes: Int)? {
        guard input.starts(with: mark), input.count >= introLength else { return nil }
        let start = input.startIndex
        let entries = Int(number(input[(start + 8)..<(start + 12)]))
        let bytes = Int(number(input[(start + 12)..<(start + 16)]))
        return entries <= entryLimit && bytes <= storeLimit ? (entries, bytes) : nil
    }

    /// Reads the structure at the beginning of some bytes, which may go on after it.
    ///
    /// - Throws: ``ArchiveError`` where there is none, it is cut short, or two entries claim one tag.
    init(_ input: ArraySlice<UInt8>) throws(ArchiveError) {
        guard let (count, size) = Self.measures(input) else {
            throw ArchiveError(reason: "a header is missing where one belongs, or larger than headers are")
        }
        let start = input.startIndex
        let index = start + Self.introLength
        let stored = index + count * Self.entryLength
        guard input.endIndex - stored >= size else { throw ArchiveError(reason: "it ends within a header") }
        bytes = input[start..<(stored + size)]
        store = input[stored..<(stored + size)]
        for at in stride(from: index, to: stored, by: Self.entryLength) {
            func field(_ place: Int) -> UInt32 { Self.number(input[(at + place * 4)..<(at + place * 4 + 4)]) }
            guard let tag = Tag(rawValue: field(0)) else { continue }
            guard let offset = Int(exactly: field(2)), let values = Int(exactly: field(3)), offset < size, values > 0,
                values <= size
            else { throw ArchiveError(reason: "an entry of a header lies outside of it") }
            guard entries.updateValue(Entry(kind: field(1), offset: offset, count: values), forKey: tag) == nil else {
                throw ArchiveError(reason: "a header has two entries for one tag")
            }
        }
    }

    /// A text; nil where there is none of that tag, or it is no text.
    func string(_ tag: Tag) -> String? {
        guard let entry = entries[tag], let kind = Kind(rawValue: entry.kind), kind == .string || kind == .localized
        else { return nil }
        let rest = store[(store.startIndex + entry.offset)...]
        guard let end = rest.firstIndex(of: 0) else { return nil }
        return String(validating: rest[..<end], as: UTF8.self)
    }

    /// A number; nil where there is none of that tag, or it is none.
    func number(_ tag: Tag) -> UInt64? {
        guard let entry = entries[tag] else { return nil }
        let width: Int
        switch Kind(rawValue: entry.kind) {
        case .int32: width = 4
        case .int64: width = 8
        default: return nil
        }
        let rest = store[(store.startIndex + entry.offset)...]
        guard rest.count >= width else { return nil }
        return rest.prefix(width).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// How many texts a list has; 0 where there is none of that tag.
    func count(_ tag: Tag) -> Int {
        guard let entry = entries[tag], Kind(rawValue: entry.kind) == .stringArray else { return 0 }
        return entry.count
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }
}
