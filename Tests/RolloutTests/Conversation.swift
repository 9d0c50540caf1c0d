import Rollout

/// Talks to a machine by hand: every effect is answered as a pool that does what it is told.
struct Conversation {
    var machine = RolloutMachine()
    var view: PoolView
    var time: Int64 = 0
    var seen: [Action] = []
    /// The number of the effect that was seen last.
    var last = OperationID(run: "", number: 0)
    /// Hosts that come back with the packages that they had before.
    var spoiled: Set<String> = []
    /// Hosts that lose their storage whenever they are about to be in service.
    var flapping: Set<String> = []
    /// What the pool itself says of VMs that can not leave a host.
    var judgements: [String: [JudgedVM]] = [:]
    /// What all hosts say that they run.
    var software: [String: String] = [:]
    /// What hosts say of themselves, if it is not what they do.
    var reporting: (String, HostReport) -> HostReport = { $1 }
    private var boots: [String: Int] = [:]
    private var stamps: [String: [String]] = [:]
    private let spec: RunSpec

    init(_ spec: RunSpec, _ view: PoolView) {
        self.spec = spec
        self.view = view
    }

    var moment: Moment { Moment(wall: 1_000_000 + time, steady: time) }

    mutating func start() -> [Effect] { machine.handle(.start(spec, at: moment)) }
    mutating func say(_ word: OperatorWord) -> [Effect] { machine.handle(.word(word, by: "ann", at: moment)) }

    /// Answers effects until nothing more is wanted, or `until` is met.
    mutating func play(_ effects: [Effect], until stop: (RolloutMachine, Action) -> Bool = { _, _ in false }) {
        var queue = effects
        while !queue.isEmpty {
            let effect = queue.removeFirst()
            seen.append(effect.action)
            last = effect.id
            if stop(machine, effect.action) { return }
            time += 1
            queue += machine.handle(.result(effect.id, answer(effect.action), at: moment))
            if queue.isEmpty, let wake = machine.nextWake, machine.waitsFor.isEmpty {
                time += wake
                queue += machine.handle(.tick(at: moment))
            }
        }
    }

    mutating func answer(_ action: Action) -> Outcome {
        switch action {
        case .observe: return .pool(view)
        case .plan(let request): return .plan(Planning.answer(request, effort: .init(passes: 1)))
        case .inspect(let host): return .host(reporting(host, report(host)))
        case .judgeEvacuation(let host): return .evacuation(judgements[host] ?? [])
        case .apply(let update, let host): stamps[host, default: []].append(update)
        case .restartHost(let host, _):
            boots[host, default: 1] += 1
            if let index = view.hosts.firstIndex(where: { $0.id == host }) {
                view.hosts[index].bootID = "\(host)-\(boots[host] ?? 1)"
                // As on real hosts: a boot takes a host back into service.
                view.hosts[index].isEnabled = true
            }
        case .move(let vm, _, let to):
            if let index = view.vms.firstIndex(where: { $0.id == vm }) { view.vms[index].host = to }
        case .fix(.disableHA): view.haEnabled = false
        case .pay(.haEnabled): view.haEnabled = true
        case .stop(let stop, _):
            if let index = view.vms.firstIndex(where: { $0.id == stop.consent.vm }) {
                view.vms[index].power = stop.consent.way == .suspend ? .suspended : .halted
                view.vms[index].host = nil
            }
        case .pay(.vmRunning(let vm, let host, _)), .pay(.vmHome(let vm, let host)):
            if let index = view.vms.firstIndex(where: { $0.id == vm }) {
                view.vms[index].power = .running
                view.vms[index].host = host
            }
        case .pay(.hostDisabled(let host)):
            if let index = view.hosts.firstIndex(where: { $0.id == host }) { view.hosts[index].isEnabled = false }
        case .fix(.ejectISO(let vm, _)):
            if let index = view.vms.firstIndex(where: { $0.id == vm }) { view.vms[index].localISO = nil }
        case .disable(let host), .pay(.hostEnabled(let host)):
            if let index = view.hosts.firstIndex(where: { $0.id == host }) {
                if case .disable = action {
                    view.hosts[index].isEnabled = false
                } else {
                    view.hosts[index].isEnabled = true
                }
            }
        default: break
        }
        return .done
    }

    /// The pool sees from now on that a host runs what has been applied to it.
    mutating func setApplied(on host: String) {
        guard let index = view.hosts.firstIndex(where: { $0.id == host }) else { return }
        view.hosts[index].applied = stamps[host] ?? []
    }

    func phase(_ host: String) -> HostPhase? { machine.hosts.first { $0.id == host }?.phase }

    private func report(_ host: String) -> HostReport {
        let applied = stamps[host] ?? []
        var packages: [String: String] = [:]
        for update in spec.updates {
            for (name, version) in update.packages {
                packages[name] = applied.contains(update.uuid) && !spoiled.contains(host) ? version : "old"
            }
        }
        var report = HostReport(
            bootID: "\(host)-\(boots[host] ?? 1)",
            agentStart: Int64(applied.count),
            isEnabled: view.host(host)?.isEnabled ?? false,
            unpluggedStorage: flapping.contains(host) && phase(host) == .confirming ? ["iscsi-1"] : [],
            stamps: applied,
            packages: packages,
            softwareVersion: software,
            residents: view.residents(host).map(\.id)
        )
        report.switches = PoolSwitches(
            haEnabled: view.haEnabled,
            haFailures: view.haFailures,
            wlbEnabled: view.wlbEnabled
        )
        report.others = view.others
        return report
    }
}

func pool(hosts: Int = 2) -> PoolView {
    var view = PoolView()
    view.taken = 1_000_000
    view.lastBackup = 999_000
    for number in 1...hosts {
        var host = HostView(id: "h\(number)", name: "xs\(number)", memory: 8192)
        host.isMaster = number == 1
        host.productVersion = "6.0.2"
        host.bootID = "h\(number)-1"
        view.hosts.append(host)
        view.vms.append(VMView(id: "v\(number)", name: "web\(number)", host: "h\(number)", memory: 2048))
    }
    return view
}

func update(_ number: Int = 1, _ guidance: [Guidance] = [.restartHost]) -> UpdateFacts {
    UpdateFacts(
        uuid: "u\(number)",
        label: "XS602E\(number)",
        sha256: "00",
        guidance: guidance,
        packages: ["kernel\(number)": "2.0-\(number)"],
        installationSize: 1 << 20
    )
}

func run(_ updates: [UpdateFacts] = [update()]) -> RunSpec { RunSpec(run: "r1", startedBy: "ann", updates: updates) }
