/// What goes wrong in a simulated world: each share is so many times in a hundred.
public struct Faults: Codable, Hashable, Sendable {
    // Hosts after a restart.
    public var neverReturns = 0
    public var returnsLate = 0
    public var returnsOld = 0
    public var losesStorage = 0
    // Hosts at any time, with every VM on them.
    public var hostDies = 0
    public var masterDies = 0
    // Migrations.
    public var moveFails = 0
    /// It goes on for ever, and can be broken off.
    public var moveNeverConverges = 0
    /// It goes on for ever, and does not even answer to that.
    public var moveHangs = 0
    // Package programs.
    public var precheckFails = 0
    public var applyFails = 0
    public var applyHalf = 0
    public var programHangs = 0
    // The controller and its disk.
    public var crashes = 0
    public var tornWrites = 0
    public var diskFull = 0
    public var clockJumps = 0
    // The network.
    public var duplicates = 0
    public var delays = 0
    public var silence = 0
    // People.
    public var hands = 0
    public var words = 0
    // Gates.
    public var redGates = 0
    // What the run is told wrong, or can not see in one look.
    public var returnsUnstamped = 0
    /// It has the new packages, and runs what it ran before.
    public var returnsOldKernel = 0
    /// It restarts once more, soon after it is back.
    public var bootsTwice = 0
    public var movesToldWrong = 0
    // The pool's database: marks of calls that died, and of calls whose end could not be written.
    public var marksStay = 0
    // What lasts.
    public var linksCut = 0
    public var refusalsLast = 0
    public var withdrawals = 0
    // The controller's process is stopped and continued; hosts' clocks are set back.
    public var controllerStops = 0
    public var hostClocks = 0
    /// Somebody renames, enlarges, makes or removes VMs and hosts, switches HA or load balancing on, or makes another master.
    public var strangers = 0
    /// An operator pauses the run, or has it stop after the hosts that have begun.
    public var pauses = 0

    public init() {}

    /// Nothing goes wrong.
    public static let none = Faults()

    /// Each kind with its own share, many of them zero, so that faults meet in all combinations.
    ///
    /// - Parameter isEarly: without the kinds that came later.
    public static func random(_ random: inout SeededGenerator, isEarly: Bool = false) -> Faults {
        var faults = Faults()
        func share(_ most: Int) -> Int { random.percent(45) ? random.within(1...most) : 0 }
        faults.neverReturns = share(12)
        faults.returnsLate = share(15)
        faults.returnsOld = share(12)
        faults.losesStorage = share(20)
        faults.moveFails = share(20)
        faults.moveNeverConverges = share(8)
        faults.moveHangs = share(4)
        faults.precheckFails = share(12)
        faults.applyFails = share(12)
        faults.applyHalf = share(10)
        faults.programHangs = share(6)
        faults.crashes = share(6)
        faults.tornWrites = share(60)
        faults.diskFull = share(3)
        faults.clockJumps = share(10)
        faults.duplicates = share(25)
        faults.delays = share(25)
        faults.silence = share(8)
        faults.hands = share(60)
        faults.words = share(60)
        faults.redGates = share(30)
        faults.hostDies = share(30)
        faults.masterDies = share(30)
        if !isEarly {
            var copy = random
            var later = SeededGenerator(seed: copy.next() ^ 0x3C3C_C3C3_5A5A_1111)
            faults.addLater(&later)
        }
        return faults
    }

    /// The later kinds, from numbers of their own: so worlds of before them stay as they were.
    private mutating func addLater(_ random: inout SeededGenerator) {
        func share(_ most: Int) -> Int { random.percent(30) ? random.within(1...most) : 0 }
        returnsUnstamped = share(12)
        returnsOldKernel = share(12)
        bootsTwice = share(25)
        movesToldWrong = share(15)
        marksStay = share(20)
        linksCut = share(60)
        refusalsLast = share(60)
        withdrawals = share(40)
        controllerStops = share(60)
        hostClocks = share(30)
        strangers = share(80)
        pauses = share(90)
    }

    /// One kind alone, by the name that the command line uses.
    public mutating func set(_ name: String, to share: Int = 30) -> Bool {
        guard let path = Self.names[name] else { return false }
        self[keyPath: path] = share
        return true
    }

    /// Every kind by its name.
    public static var names: [String: WritableKeyPath<Faults, Int>] {
        [
            "host-never-returns": \.neverReturns, "host-returns-late": \.returnsLate, "host-returns-old": \.returnsOld,
            "host-loses-storage": \.losesStorage, "move-fails": \.moveFails,
            "move-never-converges": \.moveNeverConverges,
            "move-hangs": \.moveHangs, "host-dies": \.hostDies, "master-dies": \.masterDies,
            "precheck-fails": \.precheckFails, "apply-fails": \.applyFails, "apply-half": \.applyHalf,
            "program-hangs": \.programHangs, "controller-crash": \.crashes, "torn-write": \.tornWrites,
            "disk-full": \.diskFull, "clock-jump": \.clockJumps, "duplicate-reply": \.duplicates,
            "late-reply": \.delays, "no-reply": \.silence, "operator-hand": \.hands, "operator-word": \.words,
            "red-gate": \.redGates,
            "host-returns-unstamped": \.returnsUnstamped, "host-runs-old-kernel": \.returnsOldKernel,
            "second-boot": \.bootsTwice, "move-told-wrong": \.movesToldWrong, "mark-stays": \.marksStay,
            "link-cut": \.linksCut, "lasting-refusal": \.refusalsLast, "update-withdrawn": \.withdrawals,
            "controller-stopped": \.controllerStops, "host-clock": \.hostClocks, "stranger": \.strangers,
            "operator-pause": \.pauses,
        ]
    }
}
