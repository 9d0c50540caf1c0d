/// What would work against a run while it is on.
public struct PoolSwitches: Codable, Hashable, Sendable {
    public var haEnabled: Bool
    /// The number of host failures to tolerate.
    public var haFailures: Int
    public var wlbEnabled: Bool

    /// Creates a look at the switches.
    public init(haEnabled: Bool, haFailures: Int, wlbEnabled: Bool) {
        (self.haEnabled, self.haFailures, self.wlbEnabled) = (haEnabled, haFailures, wlbEnabled)
    }
}

extension PoolView {
    /// What is switched on.
    var switches: PoolSwitches {
        get { PoolSwitches(haEnabled: haEnabled, haFailures: haFailures, wlbEnabled: wlbEnabled) }
        set { (haEnabled, haFailures, wlbEnabled) = (newValue.haEnabled, newValue.haFailures, newValue.wlbEnabled) }
    }
}
