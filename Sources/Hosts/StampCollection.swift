/// The stamps of one host, as they are read one after another: whatever the host has there, they have bounds.
public struct StampCollection: Sendable {
    /// Bytes of one stamp that are read: what `info` may print.
    public static let stampBytes = 65_536
    /// Stamps that no host has more of: some hundred patches were ever made for one product.
    static let most = 4_096
    /// Bytes of all stamps together; a stamp has some hundred.
    static let mostBytes = 4 << 20

    /// Those that were read, in their order.
    public private(set) var stamps: [Stamp] = []
    private var bytes = 0

    /// Creates a collection without stamps.
    public init() {}

    /// Takes one more.
    ///
    /// - Parameters:
    ///   - name: the file's name.
    ///   - contents: the file's first ``stampBytes``.
    ///   - modified: the file's modification time, in seconds since the epoch.
    /// - Throws: ``HostNonsense`` where there are too many, or the time is in no calendar.
    public mutating func add(
        name: String,
        contents: some Collection<UInt8>,
        modified: Int64
    ) throws(HostNonsense) {
        bytes += contents.count
        guard stamps.count < Self.most, bytes <= Self.mostBytes else {
            throw HostNonsense(
                "its /var/patch/applied holds more than the stamps of patches: "
                    + "remove what does not belong there, and ask again"
            )
        }
        guard HostTime.range.contains(modified) else {
            throw HostNonsense(
                "the stamp \(HostAnswer.text(name, bytes: 64)) in its /var/patch/applied has a time that can not be, "
                    + "\(modified): touch it there, and ask again"
            )
        }
        let text = String(decoding: contents, as: UTF8.self)
        stamps.append(Stamp(name: HostAnswer.text(name), contents: text, modified: modified))
    }
}
