/// VMs that are stopped for their host's update, or for the whole window, and started again.
extension Pass {
    func stop(_ vm: Int32) {
        halted[vm] = true
        countAway(vm, by: 1)
        steps.append(RawStep(kind: .stop, vm: vm, host: at[vm], source: -1, start: clock))
        queue.push(.stopEnds, vm, at: clock + model.stopTime(vm))
    }

    func endStop(_ vm: Int32) {
        let host = at[vm]
        runningMemory -= Int(model.memory[Int(vm)])
        actual[host] += model.memory[Int(vm)]
        actualCpu[host] += model.vmCpus[Int(vm)]
        residents[host] -= 1
        at[vm] = -1
        touch(host)
        if phase[host] == .stopping, residents[host] == 0 { beginUpdate(host) }
    }

    /// Starts VMs that were stopped in place as soon as the HA reserve allows.
    func startWaiting() {
        guard !waitingToStart.isEmpty else { return }
        waitingToStart.removeAll { vm in
            let host = place[vm]
            let memory = model.memory[Int(vm)]
            guard actual[host] >= memory, actualCpu[host] >= model.vmCpus[Int(vm)],
                updatingCount == 0 || reserveHolds(without: -1, running: runningMemory + Int(memory))
            else { return false }
            at[vm] = host
            actual[host] -= memory
            actualCpu[host] -= model.vmCpus[Int(vm)]
            residents[host] += 1
            runningMemory += Int(memory)
            steps.append(RawStep(kind: .start, vm: vm, host: host, source: -1, start: clock))
            queue.push(.startEnds, vm, at: clock + model.stopTime(vm))
            return true
        }
    }

    /// When every host is back, the VMs that waited for that get a place, if need be by moving others.
    func placeLate() {
        guard remaining == 0 || isTooLate, pendingMoves == 0, !lateStarts.isEmpty else { return }
        var left: [Int32] = []
        for vm in lateStarts.sorted(by: { model.memory[Int($0)] > model.memory[Int($1)] }) {
            let home = model.home[Int(vm)]
            let index = phase[home] == .new ? newIndex : oldIndex
            let host: Int32
            if !model.instance.vms[Int(vm)].isAgile || model.allowed.isOnly(vm, home) {
                host = free[home] >= model.memory[Int(vm)] || makeRoom(on: home, for: vm, index) ? home : -1
            } else {
                host = newIndex.emptiest(model.memory[Int(vm)]) { hasRoom(vm, $0) }
            }
            guard host >= 0 else {
                left.append(vm)
                continue
            }
            changeFree(host, by: -model.memory[Int(vm)])
            freeCpu[host] -= model.vmCpus[Int(vm)]
            place[vm] = host
            placed[host] += 1
            onHost.append(vm, host)
            waitingToStart.append(vm)
        }
        lateStarts = left
    }

    private func makeRoom(on host: Int32, for vm: Int32, _ index: HostIndex) -> Bool {
        allOrNothing {
            for other in contents(host).reversed() where heading[other] < 0 && !halted[other] {
                if free[host] >= model.memory[Int(vm)] { return true }
                _ = placeTightly(other, index, ejecting: 0, except: host)
            }
            return free[host] >= model.memory[Int(vm)]
        }
    }
}
