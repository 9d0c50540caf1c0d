public import XenAPI

/// Something that somebody else does with a pool, and that a run had better let end first.
public struct ForeignWork: Hashable, Sendable {
    /// What names it for as long as it goes on.
    public var id: String
    /// One sentence: what, with which object, by whom as far as that is known.
    public var text: String
    /// Since when, in seconds since the epoch; nil where the pool does not tell.
    public var since: Int64?
    /// The host or the VM that it is about, in the pool's database; nil for the pool as a whole, or where nobody tells.
    public var host: Ref?
    public var vm: Ref?

    /// Work of somebody else.
    public init(id: String, text: String, since: Int64? = nil, host: Ref? = nil, vm: Ref? = nil) {
        (self.id, self.text, self.since, self.host, self.vm) = (id, text, since, host, vm)
    }
}

/// Why a VM can not leave its host, as the pool itself sees it.
public struct EvacuationObstacle: Hashable, Sendable {
    /// The VM.
    public var vm: Ref
    /// The pool's own error.
    public var refusal: APIError
    /// Whether it is about this VM, whatever else is moved; else only about the room that there is at this moment.
    public var isLasting: Bool

    /// An obstacle.
    public init(vm: Ref, refusal: APIError, isLasting: Bool) {
        (self.vm, self.refusal, self.isLasting) = (vm, refusal, isLasting)
    }
}

/// What the operator of a pool has said about it that the pool itself does not know.
public struct PoolWishes: Hashable, Sendable {
    /// VMs that belong together.
    public struct Group: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// Names or uuids.
        public var vms: [String]
        /// So many of them run undisturbed at any time; nil where they must not share a host.
        public var available: Int?

        /// VMs that belong together.
        public init(name: String, vms: [String], available: Int?) {
            (self.name, self.vms, self.available) = (name, vms, available)
        }
    }

    /// Most migrations that may touch a host at once; nil leaves that to the plan.
    public var migrations: Int?
    /// VMs that belong together.
    public var groups: [Group]

    /// Wishes.
    public init(migrations: Int? = nil, groups: [Group] = []) { (self.migrations, self.groups) = (migrations, groups) }
}
