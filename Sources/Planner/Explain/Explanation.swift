/// Why there is no plan, and what would make one possible.
public struct Explanation: Sendable, Equatable {
    /// Proofs that no plan exists. When there is none, the search found no plan but can not exclude one.
    public var proofs: [Certificate.Obstacle]
    /// Where the search got stuck: which VM, which host, which limit, with numbers.
    public var stuck: String?
    /// Sets of actions each of which makes a plan possible, the cheapest first.
    public var unblockSets: [UnblockSet]
    /// Looks of all searches, which found no plan.
    public var looks = 0

    /// One sentence for the operator.
    public var summary: String {
        if let proof = proofs.first { return "no plan exists: " + proof.argument }
        let effort = looks > 0 ? " in \(looks) looks, and no proof that there is none" : ""
        if let stuck { return "no plan was found\(effort): " + stuck }
        return "no plan was found\(effort)"
    }
}

/// Actions that together make a plan possible.
public struct UnblockSet: Sendable, Equatable {
    public var actions: [UnblockAction]
    /// The mixed state of the plan that is possible then, seconds.
    public var mixedSeconds: Int
    /// Smaller is cheaper: ejecting media is nearly free, stopping a VM costs with its memory, leaving a host out most.
    public var cost: Int
}

/// Something that the operator can do or allow.
public enum UnblockAction: Sendable, Equatable {
    case ejectMedia(vm: String)
    case lowerFailures(to: Int)
    case suspend(vm: String, minutes: Int, mib: Int, needsConsent: Bool)
    case shutDown(vm: String, minutes: Int, mib: Int, needsConsent: Bool)
    case skip(host: String)
    case overcommit(mib: Int)

    /// Whether everything is as before once the update is over.
    public var isReversible: Bool {
        switch self {
        case .ejectMedia, .lowerFailures, .suspend, .overcommit: true
        case .shutDown, .skip: false
        }
    }

    /// What to do, in the operator's words.
    public var text: String {
        switch self {
        case .ejectMedia(let vm): "eject the medium in the drive of VM \(vm)"
        case .lowerFailures(let failures): "let HA plan for \(failures) host failures during the update"
        case .suspend(let vm, let minutes, let mib, let consent):
            "suspend VM \(vm) (\(Words.memory(mib))) for about \(minutes) min\(consent ? ", with its owner's consent" : "")"
        case .shutDown(let vm, let minutes, let mib, let consent):
            "shut down VM \(vm) (\(Words.memory(mib))) for about \(minutes) min\(consent ? ", with its owner's consent" : "")"
        case .skip(let host): "leave host \(host) out of this update"
        case .overcommit(let mib):
            "allow every host \(Words.memory(mib)) of overcommit, for instance by lowering dynamic minima"
        }
    }

    var cost: Int {
        switch self {
        case .ejectMedia: 1
        case .lowerFailures: 20
        case .suspend(_, _, let mib, let consent): 40 + mib / 1024 + (consent ? 2000 : 0)
        case .shutDown(_, _, let mib, let consent): 80 + mib / 1024 + (consent ? 2000 : 0)
        case .overcommit(let mib): 400 + 8 * mib / 1024
        case .skip: 1000
        }
    }
}
