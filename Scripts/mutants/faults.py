"""The faults: where in Sources/Rollout each is put in, and what it is put in together with.

In `put`, FAULT stands for the switch: with it off, the code does what it did.
"""
from dataclasses import dataclass


@dataclass
class Edit:
    fault: str
    find: str
    put: str
    # In how many places it stands.
    times: int = 1


@dataclass
class Fault:
    name: str
    # Faults that are switched on at once: the fault itself, and what shields it.
    together: list
    # What makes the fault alone harmless.
    shield: str = ""
    # What worlds must say of it; anything where it is empty.
    says: str = ""


EDITS = [
    # What may begin.
    Edit("ignore-holds", "var mayBegin: Bool { holds.isEmpty &&", "var mayBegin: Bool { (FAULT || holds.isEmpty) &&"),
    Edit("ignore-pause", "&& pausedBy == nil && stopping == nil }", "&& (FAULT || pausedBy == nil) && stopping == nil }"),
    Edit("ignore-stopping", "pausedBy == nil) && stopping == nil }", "pausedBy == nil) && (FAULT || stopping == nil) }"),
    Edit("no-barrier", "if spec.policy.hasBarrier, hosts.contains", "if !FAULT, spec.policy.hasBarrier, hosts.contains"),
    Edit("ignore-windows", "        policy.windows.isEmpty\n            || policy.windows.contains", "        FAULT || policy.windows.isEmpty\n            || policy.windows.contains"),
    Edit("window-inside-wave", "if policy.finishBy != nil || !policy.windows.isEmpty, isPastDeadline", "if !FAULT, policy.finishBy != nil || !policy.windows.isEmpty, isPastDeadline"),
    Edit("ignore-deadline", "    var isPastDeadline: Bool {\n", "    var isPastDeadline: Bool {\n        if FAULT { return false }\n"),
    Edit("ignore-approvals", "host.phase == .pending, host.isApproved ||", "host.phase == .pending, FAULT || host.isApproved ||"),
    Edit("ignore-gates", "guard policy.gates.indices.contains(next) else {", "guard !FAULT, policy.gates.indices.contains(next) else {"),
    Edit("red-gate-is-green", "if let failure = outcome.failure {\n                hold(.gate,", "if !FAULT, let failure = outcome.failure {\n                hold(.gate,"),
    Edit("ignore-soak", "guard clock.elapsed >= until else { return false }", "guard FAULT || clock.elapsed >= until else { return false }"),
    Edit("canary-fails-on", "let isCanary = policy.canary?.host == host.id", "let isCanary = !FAULT && policy.canary?.host == host.id"),
    Edit("never-hold-on-failure", "|| failures > policy.maxFailedHosts", "|| !FAULT && failures > policy.maxFailedHosts"),
    Edit("ignore-excluded", "} else if spec.excluded.contains(host.id) {", "} else if !FAULT, spec.excluded.contains(host.id) {"),
    Edit("ignore-max-parallel", "guard policy.maxParallel == 0 ||", "guard FAULT || policy.maxParallel == 0 ||"),
    Edit("plan-ignores-max-parallel", "parameters.maxParallel = spec.policy.maxParallel", "parameters.maxParallel = FAULT ? 0 : spec.policy.maxParallel"),
    Edit("plan-not-one-at-a-time", "if request.spec.policy.maxParallel == 1 {", "if !FAULT, request.spec.policy.maxParallel == 1 {"),
    Edit("may-go-down", "guard !down.isEmpty else { return true }", "guard !FAULT, !down.isEmpty else { return true }"),
    Edit("master-with-others", "guard others.isEmpty || !host.isMaster", "guard FAULT || others.isEmpty || !host.isMaster"),
    Edit("glance-beside-master", "guard !hosts.contains(where: { $0.isMaster && $0.phase.isActive }) else { return false }", "guard FAULT || !hosts.contains(where: { $0.isMaster && $0.phase.isActive }) else { return false }"),
    Edit("master-restart-while-moving", "guard !host.isMaster || !isMoving,", "guard FAULT || !host.isMaster || !isMoving,"),
    Edit("plan-ignores-order", "hosts[index].after = [before]", "hosts[index].after = FAULT ? [] : [before]"),
    # Moves.
    Edit("older-host", "guard !isNew(from) || isNew(to) else {", "guard FAULT || !isNew(from) || isNew(to) else {"),
    Edit("no-memory-check", "return used + vm.memory <= host.memory", "return FAULT || used + vm.memory <= host.memory"),
    Edit("max-migrations-ignored", "guard moves(at: from) < source.maxMigrations,", "guard FAULT || moves(at: from) < source.maxMigrations,"),
    Edit("max-migrations-ignored", "moves(at: to) < target.maxMigrations else", "FAULT || moves(at: to) < target.maxMigrations else"),
    Edit("doubtful-ignored", "var isDoubtful: Bool { isTouched", "var isDoubtful: Bool { !FAULT && isTouched"),
    Edit("move-silence-is-failure", "if case .unreachable = outcome, boundary == .open {", "if !FAULT, case .unreachable = outcome, boundary == .open {"),
    Edit("moves-while-master-down", "guard !hosts.contains(where: { $0.isMaster && $0.phase.isDown }) else", "guard FAULT || !hosts.contains(where: { $0.isMaster && $0.phase.isDown }) else"),
    Edit("never-abort-moves", "if flight.action.isMigration, !flight.isAborting {", "if !FAULT, flight.action.isMigration, !flight.isAborting {"),
    Edit("order-ignored", "func isReady(_ step: Int) -> Bool { plan", "func isReady(_ step: Int) -> Bool { FAULT || plan"),
    Edit("go-home-ignored", "if homeObstacle == nil, let active, active.hasRest,", "if !FAULT, homeObstacle == nil, let active, active.hasRest,"),
    Edit("go-home-ignored", "        if canGoHome { return false }", "        if !FAULT, canGoHome { return false }"),
    Edit("home-not-owed", "guard isPromisedHome(vm), !obligations", "guard !FAULT, isPromisedHome(vm), !obligations"),
    Edit("no-glance", "guard case .keep = answer else {\n            boundary = .stale", "if FAULT {\n        } else if case .keep = answer {\n        } else {\n            boundary = .stale"),
    Edit("busy-vms-ignored", "guard let vm = seen.vms.first(where: \\.isBusy) else {", "guard !FAULT, let vm = seen.vms.first(where: \\.isBusy) else {"),
    Edit("three-plans-forever", "guard fruitlessPlans <= 3 else {", "guard FAULT || fruitlessPlans <= 3 else {"),
    # A host's way.
    Edit("no-enable", "            if openObligation(debt) != nil {\n                guard clock", "            if !FAULT, openObligation(debt) != nil {\n                guard clock"),
    Edit("skip-disabling", "enter(index, isEmptied ? .disabling : .prechecking)", "enter(index, isEmptied ? (FAULT ? .emptying : .disabling) : .prechecking)"),
    Edit("retry-straight-to-apply", "enter(index, failedIn == .applying ? .prechecking : failedIn)", "enter(index, !FAULT && failedIn == .applying ? .prechecking : failedIn)"),
    Edit("no-clearing-look", "guard restart == .host, !report.residents.isEmpty else {", "guard !FAULT, restart == .host, !report.residents.isEmpty else {"),
    Edit("restart-silence-is-failure", "if case .failed(let reason) = outcome {\n                hosts[index].attempts += 1", "if let reason = outcome.failure, FAULT || !outcome.isSilence {\n                hosts[index].attempts += 1"),
    Edit("restart-silence-is-failure", "extension Outcome {\n", "extension Outcome {\n    var isSilence: Bool { if case .unreachable = self { true } else { false } }\n"),
    Edit("no-host-return-limit", "guard host.phase != .awaitingOperator, clock.elapsed >= host.deadline else { return }", "guard !FAULT, host.phase != .awaitingOperator, clock.elapsed >= host.deadline else { return }"),
    Edit("manual-restarts", "spec?.mode == .manual ? .awaitingOperator : .pending", "!FAULT && spec?.mode == .manual ? .awaitingOperator : .pending"),
    Edit("lost-is-done", "        if case .lost = outcome {", "        if !FAULT, case .lost = outcome {"),
    Edit("lost-never-again", "            return emit(flight.action)\n", "            if FAULT { return }\n            return emit(flight.action)\n"),
    # What counts as success.
    Edit("no-rpm-versions", "where report.packages[package] != version {", "where !FAULT && report.packages[package] != version {"),
    Edit("no-stamps", "guard report.stamps.contains(update.uuid) else {", "guard FAULT || report.stamps.contains(update.uuid) else {"),
    Edit("no-boot-check-verify", "if restart == .host, report.bootID == host.bootBefore {", "if !FAULT, restart == .host, report.bootID == host.bootBefore {"),
    Edit("no-boot-check-return", "guard isBack else {", "guard FAULT || isBack else {"),
    Edit("no-storage-check", "guard report.unpluggedStorage.isEmpty else { return plugAgain(index) }", "guard FAULT || report.unpluggedStorage.isEmpty else { return plugAgain(index) }"),
    Edit("no-storage-plug", "            if report.unpluggedStorage.isEmpty {\n                enter(index, .verifying)", "            if FAULT || report.unpluggedStorage.isEmpty {\n                enter(index, .verifying)"),
    Edit("no-confirm-enabled", "guard report.isEnabled else {", "guard FAULT || report.isEnabled else {"),
    Edit("no-confirm-boot", "guard host.isNew, report.bootID == host.bootAfter, report.unpluggedStorage.isEmpty else {", 'guard host.isNew, FAULT || report.bootID == host.bootAfter, isPutIn("no-confirm-storage") || report.unpluggedStorage.isEmpty else {'),
    Edit("no-verify-again", "    mutating func verifyAgain() -> Bool {\n", "    mutating func verifyAgain() -> Bool {\n        if FAULT { return false }\n"),
    Edit("failed-host-not-kept-out", "guard restart == .host, !hosts[index].isNew, [.plugging", "guard !FAULT, restart == .host, !hosts[index].isNew, [.plugging"),
    Edit("failed-host-enabled-at-end", "guard host.isTouched, !host.isNew, host.phase != .done,", "guard !FAULT, host.isTouched, !host.isNew, host.phase != .done,"),
    Edit("always-succeeded", "leave(isUpdated && undone.isEmpty ?", "leave(FAULT || isUpdated && undone.isEmpty ?"),
    Edit("no-last-look", "        emit(.observe)\n        return true\n    }\n\n    /// The last look.", "        if FAULT { leaveFinished() } else { emit(.observe) }\n        return true\n    }\n\n    /// The last look."),
    Edit("ended-early-without-a-look", "if looksThroughout, !view.hosts.isEmpty {", "if !FAULT, looksThroughout, !view.hosts.isEmpty {"),
    Edit("first-looks-not-compared", "if looksThroughout { take(view) }", "if !FAULT, looksThroughout { take(view) }"),
    Edit("no-look-after-paying", "if looksThroughout, hasPaid {", "if !FAULT, looksThroughout, hasPaid {"),
    Edit("cancelled-waits-for-resume", "let endsAnyway = looksThroughout && stopping", "let endsAnyway = !FAULT && looksThroughout && stopping"),
    Edit("running-version-ignored", "guard let (promised, found) = update.contradiction(report.softwareVersion) else { continue }", "guard !FAULT, let (promised, found) = update.contradiction(report.softwareVersion) else { continue }"),
    Edit("switches-ignored", "guard let switches, let spec, spec.mode == .automatic else { return false }", "guard !FAULT, let switches, let spec, spec.mode == .automatic else { return false }"),
    Edit("old-master-left-out", "guard host.isMaster, !host.isNew, policy.allowsOlderMaster != true else { return true }", "guard !FAULT, host.isMaster, !host.isNew, policy.allowsOlderMaster != true else { return true }"),
    Edit("old-master-with-new-members", "guard policy.allowsOlderMaster != true, let master = hosts.first(where: \\.isMaster) else { return true }", "guard !FAULT, policy.allowsOlderMaster != true, let master = hosts.first(where: \\.isMaster) else { return true }"),
    # Words.
    Edit("cancel-is-after-host", "case .cancel: stop(.cancelled,", "case .cancel: stop(FAULT ? .afterHost : .cancelled,"),
    Edit("stop-after-host-ignored", "case .stopAfterHost: stop(", "case .stopAfterHost: if !FAULT { return stop("),
    Edit("stop-after-host-ignored", "stops the run after the hosts that have begun.\")", "stops the run after the hosts that have begun.\") }"),
    Edit("skip-ignored", "            hosts[index].phase = .skipped\n            hosts[index].ended", "            if !FAULT { hosts[index].phase = .skipped }\n            hosts[index].ended"),
    # Debts.
    Edit("pay-no-debt-at-end", "guard obligations[index].attempts < 3 else { continue }", "guard !FAULT, obligations[index].attempts < 3 else { continue }"),
    Edit("no-debt-disable", "            if !host.isMaintained { owe(.hostEnabled(host: host.id)) }\n            return", "            if !FAULT, !host.isMaintained { owe(.hostEnabled(host: host.id)) }\n            return"),
    Edit("no-debt-stopped-vm", "owe(.vmRunning(vm: vm, host: host, way: way))\n", "if !FAULT { owe(.vmRunning(vm: vm, host: host, way: way)) }\n"),
    Edit("no-debt-fix", "        if let debt = fix.debt { owe(debt) }\n", "        if !FAULT, let debt = fix.debt { owe(debt) }\n", times=2),
    # Before the run.
    Edit("prechecks-not-blocking", "guard blocking.isEmpty else {", "guard FAULT || blocking.isEmpty else {"),
    Edit("refused-before-any-fix", "if isWorthIt, !wanted.isEmpty,", "if FAULT || isWorthIt, !wanted.isEmpty,"),
]

# By name: what makes a fault harmless when it is alone; the faults that take that away; and what must be said of them
# together, where the others are noticed by themselves.
SHIELDS = {
    "ignore-max-parallel": ("the plan never has more hosts down at once, and is asked again before each restart",
                            ["plan-ignores-max-parallel", "plan-not-one-at-a-time"], "hosts are down at once"),
    "master-with-others": ("waves do not overlap while the master is on its way", ["glance-beside-master"], ""),
    "no-boot-check-verify": ("a host is not back before it has booted, and what runs is compared with what was promised",
                             ["no-boot-check-return", "running-version-ignored"], ""),
    "no-boot-check-return": ("a host that has not booted does not pass its verification",
                             ["no-boot-check-verify", "running-version-ignored"], ""),
    "old-master-with-new-members": ("a master that failed holds the run, and can not be skipped", ["old-master-left-out"],
                                    "newer than the master"),
    "no-confirm-boot": ("each look at the pool finds hosts that have booted since", ["no-verify-again"], ""),
    "no-storage-check": ("storage is plugged before the host is verified, and looked at once more after it",
                         ["no-storage-plug", "no-confirm-storage"], "claimed to have its storage"),
    "no-storage-plug": ("the verification looks at the storage, too", ["no-storage-check", "no-confirm-storage"],
                        "claimed to have its storage"),
    "no-memory-check": ("the order of the plan's steps", ["order-ignored"], "capacity"),
    "no-glance": ("each move looks at the memory", ["no-memory-check"], "capacity"),
    "go-home-ignored": ("what is owed is paid at the end, VMs away from home too", ["home-not-owed"], ""),
}
# Shields that are harmless themselves as long as what they shield is whole.
ONLY_SHIELDS = {
    "plan-ignores-max-parallel", "plan-not-one-at-a-time", "glance-beside-master", "home-not-owed", "no-confirm-storage",
}

FAULTS = []
for _edit in EDITS:
    if _edit.fault in ONLY_SHIELDS or any(fault.name == _edit.fault for fault in FAULTS):
        continue
    _why, _others, _says = SHIELDS.get(_edit.fault, ("", [], ""))
    FAULTS.append(Fault(_edit.fault, [_edit.fault, *_others], _why, _says))
