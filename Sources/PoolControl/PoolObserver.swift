public import XenAPI

/// Keeps a pool's rows as the pool is.
public protocol PoolObserver: Sendable {
    /// How current the rows are.
    var freshness: Freshness { get }
    /// Follows the pool until the task is cancelled. A pool that goes away is waited for.
    func follow() async
}

/// How current a pool's rows are.
public struct Freshness: Hashable, Sendable {
    /// When the pool last said that they are as they are; nil before it ever has.
    public var confirmed: Timestamp?
    /// Why nothing is heard of it, in one sentence; nil while it answers.
    public var silence: String?

    /// How current rows are.
    public init(confirmed: Timestamp? = nil, silence: String? = nil) {
        (self.confirmed, self.silence) = (confirmed, silence)
    }
}
