/// What a pool can do. Prechecks and pages read this; nobody asks what kind of pool it is.
public struct PoolCapabilities: Hashable, Sendable {
    /// One thing that a pool may or may not be able to do.
    public enum Ability: String, Hashable, Sendable, CaseIterable {
        /// Anything at all may be changed; a recorded pool can only be looked at.
        case acting
        /// Hosts tell their boot, so that a restart is known by another one.
        case tellingBoots
        /// Hosts tell the versions of installed packages, so that what was promised can be compared.
        case tellingPackages
        /// A host that was disabled stays so over a restart until it is enabled.
        case stayingDisabled
        /// High availability can be switched off and on.
        case highAvailability
        /// Load balancing can be switched off and on.
        case loadBalancing
        /// Hosts run the operator's own prechecks.
        case runningScripts
        /// The pool itself says which VMs can not leave a host.
        case judgingEvacuations
    }

    private var reasons: [Ability: String]

    /// Everything but what is named, each with the second half of a sentence that says why not.
    public init(lacking reasons: [Ability: String] = [:]) { self.reasons = reasons }

    /// Whether the pool can do that.
    public func has(_ ability: Ability) -> Bool { reasons[ability] == nil }

    /// Why the pool can not do that, as the second half of a sentence; nil where it can.
    public func lack(of ability: Ability) -> String? { reasons[ability] }
}
