extension Pass {
    /// The steps of the last run with ids in place of numbers.
    func plan() -> UpdatePlan {
        let (hosts, vms) = (model.instance.hosts, model.instance.vms)
        var plan = UpdatePlan(planner: "pitstop cascade", instance: model.instance.name)
        plan.steps.reserveCapacity(steps.count)
        for step in steps {
            let host = hosts[Int(step.host)].id
            let action: UpdatePlan.Action
            switch step.kind {
            case .update: action = .update(host: host)
            case .move:
                action = .migrate(vm: vms[Int(step.vm)].id, from: hosts[Int(step.source)].id, to: host)
            case .stop:
                let vm = vms[Int(step.vm)]
                action = vm.stop == .suspend ? .suspend(vm: vm.id) : .shutdown(vm: vm.id)
            case .start:
                let vm = vms[Int(step.vm)]
                action = vm.stop == .suspend ? .resume(vm: vm.id, host: host) : .boot(vm: vm.id, host: host)
            }
            plan.steps.append(.init(start: Int(step.start), action: action))
        }
        return plan
    }
}
