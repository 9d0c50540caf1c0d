import Rollout

extension RunDetails {
    static func hosts(_ machine: RolloutMachine, _ waves: [[String]], _ now: Int64) -> [Host] {
        let approvals = Set(machine.awaitedApprovals.map(\.id))
        let expectations = machine.expectations(now: now)
        return machine.hosts.map { record in
            Host(
                record,
                wave: waves.firstIndex { $0.contains(record.id) },
                expected: machine.expectedSeconds(host: record.id),
                expectation: expectations[record.id],
                needsApproval: approvals.contains(record.id) || machine.mayBeMaintained(record),
                machine: machine
            )
        }
    }
}

extension RunDetails.Host {
    init(
        _ record: HostRecord,
        wave: Int?,
        expected: Int?,
        expectation: RolloutMachine.Expectation?,
        needsApproval: Bool,
        machine: RolloutMachine
    ) {
        self.init(
            uuid: record.id,
            name: record.name,
            isMaster: record.isMaster,
            phase: record.phase,
            since: record.since,
            expectedSeconds: expected,
            wave: wave,
            reason: record.reason ?? machine.waiting(of: record),
            begun: record.begun,
            changed: record.changed,
            ended: record.ended,
            expectation: expectation,
            isUpdated: record.isNew,
            needsApproval: needsApproval,
            canRetry: machine.refusal(of: .retry(host: record.id)) == nil,
            canSkip: machine.refusal(of: .skip(host: record.id)) == nil,
            bootBefore: record.bootBefore,
            bootAfter: record.bootAfter,
            packagesBefore: record.packagesBefore,
            packagesAfter: record.packagesAfter
        )
    }
}
