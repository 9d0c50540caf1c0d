/// Computes the certificate of an instance.
///
/// The bounds on the mixed state hold for plans in which no VM that can migrate is stopped. They are stated in
/// `docs/design/planner.md` with a pool of three hosts as the example.
struct LowerBounds {
    let instance: UpdateInstance
    let model: Model
    var certificate = Certificate()

    // What the bounds are about.
    let updated: [Int32]
    let others: [Int32]
    let crossing: [Int32]
    /// The memory of these, MiB.
    var crossingMemory: Int { crossing.reduce(0) { $0 + Int(model.memory[Int($1)]) } }
    let everyoneUpdates: Bool
    let masterUpdates: Bool
    let masterTime: Int
    let shortest: Int
    var pinnedMemory: [Int]
    let fastest: [Int32]
    /// Most hosts of the pool that can be down at once, by memory and packing; 0 when not known.
    var mostDownOfPool = 0

    init(_ model: Model) {
        self.model = model
        instance = model.instance
        updated = (0..<model.hostCount).filter { model.updates[Int($0)] }
        everyoneUpdates = updated.count == Int(model.hostCount)
        let master = model.master
        masterUpdates = master >= 0 && model.updates[Int(master)]
        others = updated.filter { $0 != master }
        masterTime = masterUpdates ? Int(model.updateTime[Int(master)]) : 0
        shortest = others.map { Int(model.updateTime[Int($0)]) }.min() ?? 0
        crossing = (0..<model.vmCount).filter { vm in
            model.instance.vms[Int(vm)].isAgile && !model.allowed.isOnly(vm, model.home[Int(vm)])
        }
        pinnedMemory = Array(repeating: 0, count: Int(model.hostCount))
        let crossingSet = Set(crossing)
        for vm in 0..<model.vmCount where !crossingSet.contains(vm) && model.stop[Int(vm)] == .never {
            pinnedMemory[Int(model.home[Int(vm)])] += Int(model.memory[Int(vm)])
        }
        var shares = model.share.sorted(by: >)
        if shares.isEmpty { shares = [1] }
        let overall = shares.count > 1 ? shares[1] : shares[0]
        let perSet = model.allowed.members.map { members in
            let own = members.map { model.share[Int($0)] }.sorted(by: >)
            return own.count > 1 ? own[1] : own.first ?? 1
        }
        fastest = (0..<model.vmCount).map { vm in
            let set = model.allowed.setOf[Int(vm)]
            let rate = Int64(set < 0 ? overall : perSet[Int(set)])
            return Int32(clamping: (model.work[Int(vm)] + 100 * rate - 1) / (100 * rate))
                + Int32(model.instance.parameters.migrationOverhead)
        }
    }

    /// The certificate of an instance.
    static func certificate(_ model: Model) -> Certificate {
        var bounds = LowerBounds(model)
        guard model.hostCount > 0 else { return bounds.certificate }
        bounds.unplaceable()
        bounds.chains()
        bounds.secondGeneration()
        bounds.families()
        bounds.wasteArea()
        bounds.relay()
        bounds.thirdWave()
        bounds.drains()
        bounds.canary()
        bounds.moves()
        return bounds.certificate
    }

    mutating func add(_ name: String, _ value: Int, _ argument: String) {
        guard value > 0 else { return }
        if let known = certificate.mixed.firstIndex(where: { $0.name == name }) {
            if value > certificate.mixed[known].value {
                certificate.mixed[known] = .init(name: name, value: value, argument: argument)
            }
            return
        }
        certificate.mixed.append(.init(name: name, value: value, argument: argument))
    }

    // MARK: Obstacles of single VMs

    private mutating func unplaceable() {
        let hosts = instance.hosts
        let bySize = hosts.map { ($0.memory, $0.vcpus) }.sorted { $0.0 > $1.0 }
        for vm in crossing where model.stop[Int(vm)] == .never && model.updates[Int(model.home[Int(vm)])] {
            let subject = instance.vms[Int(vm)]
            let set = model.allowed.setOf[Int(vm)]
            var fitting = 0
            if set < 0 {
                for (memory, cpus) in bySize {
                    if memory < subject.memory || fitting >= 2 { break }
                    if cpus >= subject.vcpus { fitting += 1 }
                }
            } else {
                for host in model.allowed.members[Int(set)]
                where hosts[Int(host)].memory >= subject.memory && hosts[Int(host)].vcpus >= subject.vcpus {
                    fitting += 1
                }
            }
            guard fitting < 2 else { continue }
            certificate.obstacles.append(
                .init(
                    kind: .virtualMachine,
                    vm: subject.id,
                    missingMiB: subject.memory,
                    argument:
                        "VM \(subject.id) (\(subject.memory) MiB, \(subject.vcpus) vCPUs) fits on no host but one,"
                        + " so \(subject.host) can not be emptied while it runs"
                )
            )
        }
    }

    // MARK: Chains

    private mutating func chains() {
        let longest = others.map { Int(model.updateTime[Int($0)]) }.max() ?? 0
        add(
            "chain",
            masterTime + longest,
            masterUpdates
                ? "the master's update (\(masterTime) s) comes first, then at least the longest other one (\(longest) s)"
                : "the longest update takes \(longest) s"
        )
        guard instance.parameters.newerOnly, everyoneUpdates, !others.isEmpty else { return }
        let slowest = crossing.max { fastest[Int($0)] < fastest[Int($1)] }
        let seconds = slowest.map { Int(fastest[Int($0)]) } ?? 0
        add(
            "crossing",
            masterTime + seconds + shortest,
            "VM \(slowest.map { instance.vms[Int($0)].id } ?? "-") needs \(seconds) s to cross after the master is back"
                + " (\(masterTime) s) and before its old host starts (\(shortest) s)"
        )
    }

    /// Until the first other host is back only the master receives; what does not fit on it crosses later.
    private mutating func secondGeneration() {
        guard instance.parameters.newerOnly, others.count > 1, everyoneUpdates, masterUpdates else { return }
        let room = Int(model.capacity[Int(model.master)])
        var used = 0
        for vm in crossing.sorted(by: { fastest[Int($0)] > fastest[Int($1)] }) {
            used += Int(model.memory[Int(vm)])
            guard !model.allowed.allows(vm, model.master) || used > room else { continue }
            let seconds = Int(fastest[Int(vm)])
            add(
                "second generation",
                masterTime + 2 * shortest + seconds,
                "VM \(instance.vms[Int(vm)].id) and all that take longer do not fit on the master, so one of them crosses in"
                    + " at least \(seconds) s after a second host is back (\(masterTime) + \(shortest) s), and an update"
                    + " (\(shortest) s) follows"
            )
            return
        }
    }

    private mutating func canary() {
        guard let canary = instance.canary, model.canary >= 0, model.updates[Int(model.canary)] else { return }
        let first = model.canary == model.master ? 0 : Int(model.updateTime[Int(model.canary)])
        let rest = updated.filter { $0 != model.canary && $0 != model.master }.map { Int(model.updateTime[Int($0)]) }
            .max()
        guard let rest else { return }
        add(
            "canary",
            masterTime + first + canary.soak + rest,
            "the canary \(canary.host) is watched for \(canary.soak) s before the next host starts"
        )
    }
}
