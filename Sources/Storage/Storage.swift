/// Everything that lasts, in one place: the four things that the rest of the house keeps anything in.
///
/// A directory is one (``DirectoryStorage``); a database that offers compare-and-swap can be another.
public protocol Storage: Sendable {
    /// Small values that are replaced whole.
    var documents: any DocumentStore { get }
    /// Large values that never change.
    var blobs: any BlobStore { get }
    /// Records that are only ever added.
    var logs: any LogStore { get }
    /// Who may act.
    var leases: any LeaseStore { get }
}
