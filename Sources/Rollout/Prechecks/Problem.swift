/// Something that stands in the way of an update, or should be known before it.
public struct Problem: Codable, Hashable, Sendable {
    /// How much it weighs.
    public enum Severity: String, Codable, Hashable, Sendable, Comparable {
        case information, warning, blocking

        private var rank: Int { self == .information ? 0 : self == .warning ? 1 : 2 }
        public static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }
    }

    /// The check that found it.
    public var check: Check
    public var severity: Severity
    /// One sentence that names the host and the VM.
    public var text: String
    public var host: String?
    public var vm: String?
    /// What removes it at one click.
    public var fix: Fix?
    /// What an operator can say to remove it, all of it together; empty where nothing of that kind helps.
    public var offers: [Offer]

    /// Creates a problem.
    public init(
        _ check: Check,
        _ severity: Severity,
        _ text: String,
        host: String? = nil,
        vm: String? = nil,
        fix: Fix? = nil,
        offers: [Offer] = []
    ) {
        self.check = check
        self.severity = severity
        self.text = text
        self.host = host
        self.vm = vm
        self.fix = fix
        self.offers = offers
    }
}

/// The checks, in the order in which they are shown.
public enum Check: String, Codable, Hashable, Sendable, CaseIterable {
    case specification, otherRun, liveness, highAvailability, workloadBalancing, storage, alreadyApplied, versions
    case mixedState, licence, diskSpace, package, pendingRestart, media, autoPowerOn, tiedVMs, memory, evacuation
    case script, clocks, backup
}

/// A change that removes a problem. What it switches off is owed back.
public enum Fix: Codable, Hashable, Sendable {
    case disableHA(failures: Int)
    case disableWLB
    case enableHost(host: String)
    case plugStorage(host: String)
    case ejectISO(vm: String, iso: String)
    case clearAutoPowerOn(vm: String)
    /// Takes a host in maintenance mode along as it is: nothing is placed on it, and it stays disabled.
    case keepDisabled(host: String)
    /// Has a program of the operator's pause something. It removes no problem: it is done once nothing is in the way.
    case pause(pair: String)

    /// Whether "fix everything" includes it. That somebody has a host in maintenance is a decision and no fault: to touch the
    /// host all the same takes a word about this very host.
    public var isRoutine: Bool {
        if case .keepDisabled = self { return false }
        return true
    }

    /// What the run owes once it has done this; nil where there is nothing to give back.
    public var debt: Debt? {
        switch self {
        case .disableHA(let failures): .haEnabled(failures: failures)
        case .disableWLB: .wlbEnabled
        case .ejectISO(let vm, let iso): .isoInserted(vm: vm, iso: iso)
        case .clearAutoPowerOn(let vm): .autoPowerOn(vm: vm)
        case .keepDisabled(let host): .hostDisabled(host: host)
        case .pause(let pair): .resumed(pair: pair)
        // Whoever lost the storage did not mean it to stay so while the host is updated.
        case .enableHost, .plugStorage: nil
        }
    }

    /// Whether what was refused was surely not done: of a program that ended badly nobody knows what it did before.
    var isAllOrNothing: Bool {
        if case .pause = self { return false }
        return true
    }

    /// The words of the link.
    public var label: String {
        switch self {
        case .disableHA: "Turn HA off"
        case .disableWLB: "Pause workload balancing"
        case .enableHost: "Enable the host"
        case .plugStorage: "Plug the storage"
        case .ejectISO: "Eject the ISO"
        case .clearAutoPowerOn: "Turn automatic power-on off"
        case .keepDisabled: "Take it along in maintenance mode"
        case .pause(let pair): "Pause \(pair)"
        }
    }

    /// What is done afterwards, in words; nil for nothing.
    public var undo: String? {
        switch self {
        case .disableHA: "HA is turned on again at the end, as it was."
        case .disableWLB: "Workload balancing is resumed at the end."
        case .ejectISO: "At the end the VM goes back to its host, and the ISO is inserted again."
        case .clearAutoPowerOn: "Automatic power-on is turned on again at the end."
        case .keepDisabled: "No VM is placed on it, and it is disabled again after its restart."
        case .pause(let pair): "\(pair) is resumed at the end."
        case .enableHost, .plugStorage: nil
        }
    }
}
