extension UpdatePlan {
    /// Reads `pool-update-plan/1`.
    public init(json bytes: [UInt8]) throws(InputError) {
        self.init(planner: "", instance: "", steps: [])
        let result: Result<UpdatePlan, InputError> = bytes.withUnsafeBufferPointer { buffer in
            var cursor = JSONCursor(buffer)
            do throws(InputError) { return .success(try Self.read(&cursor)) } catch { return .failure(error) }
        }
        self = try result.get()
    }

    /// Writes `pool-update-plan/1`, one step to a line.
    public func json() -> [UInt8] {
        var text = JSONText()
        text.raw("{\"format\":\"pool-update-plan/1\",\"instance\":")
        text.string(instance)
        text.raw(",\"planner\":")
        text.string(planner)
        text.raw(",\"steps\":[")
        for (index, step) in steps.enumerated() {
            text.raw(index == 0 ? "\n" : ",\n")
            step.write(to: &text)
        }
        text.raw("\n]}\n")
        return text.bytes
    }

    private static func read(_ cursor: inout JSONCursor) throws(InputError) -> UpdatePlan {
        var plan = UpdatePlan(planner: "", instance: "", steps: [])
        var hasSteps = false
        try cursor.object { (cursor, key) throws(InputError) in
            switch key {
            case "format":
                let format = try cursor.string()
                guard format == "pool-update-plan/1" else {
                    throw InputError(field: "", value: "\"\(format)\"", problem: "is not pool-update-plan/1")
                }
            case "planner" where try cursor.kind() == .string: plan.planner = try cursor.string()
            case "instance" where try cursor.kind() == .string: plan.instance = try cursor.string()
            case "steps":
                hasSteps = true
                try cursor.array { (cursor, _) throws(InputError) in plan.steps.append(try Step.read(&cursor)) }
            default: try cursor.skip()
            }
        }
        try cursor.end()
        guard hasSteps else { throw InputError(field: "steps", value: "", problem: "is missing") }
        return plan
    }
}

extension UpdatePlan.Step {
    fileprivate static func read(_ cursor: inout JSONCursor) throws(InputError) -> Self {
        var operation: String?
        var start: Int?
        var names: [String: String] = [:]
        try cursor.object { (cursor, key) throws(InputError) in
            switch key {
            case "op": operation = try cursor.string()
            case "start": start = try cursor.integer()
            case "vm", "host", "src", "dst": names[key] = try cursor.string()
            default: try cursor.skip()
            }
        }
        guard let operation else { throw InputError(field: "op", value: "", problem: "is missing") }
        guard let start else { throw InputError(field: "start", value: "", problem: "is missing") }
        func name(_ key: String) throws(InputError) -> String {
            guard let name = names[key] else {
                throw InputError(field: key, value: "", problem: "is missing in a step \"\(operation)\"")
            }
            return name
        }
        switch operation {
        case "migrate":
            return Self(
                start: start,
                action: .migrate(vm: try name("vm"), from: try name("src"), to: try name("dst"))
            )
        case "update": return Self(start: start, action: .update(host: try name("host")))
        case "suspend": return Self(start: start, action: .suspend(vm: try name("vm")))
        case "resume": return Self(start: start, action: .resume(vm: try name("vm"), host: try name("host")))
        case "shutdown": return Self(start: start, action: .shutdown(vm: try name("vm")))
        case "boot": return Self(start: start, action: .boot(vm: try name("vm"), host: try name("host")))
        default:
            throw InputError(
                field: "op",
                value: "\"\(operation)\"",
                problem: "is no operation; use migrate, update, suspend, resume, shutdown or boot"
            )
        }
    }

    fileprivate func write(to text: inout JSONText) {
        func member(_ key: StaticString, _ value: String) {
            text.raw(key)
            text.string(value)
        }
        switch action {
        case .migrate(let vm, let from, let to):
            member("{\"op\":\"migrate\",\"vm\":", vm)
            member(",\"src\":", from)
            member(",\"dst\":", to)
        case .update(let host): member("{\"op\":\"update\",\"host\":", host)
        case .suspend(let vm): member("{\"op\":\"suspend\",\"vm\":", vm)
        case .shutdown(let vm): member("{\"op\":\"shutdown\",\"vm\":", vm)
        case .resume(let vm, let host):
            member("{\"op\":\"resume\",\"vm\":", vm)
            member(",\"host\":", host)
        case .boot(let vm, let host):
            member("{\"op\":\"boot\",\"vm\":", vm)
            member(",\"host\":", host)
        }
        text.raw(",\"start\":")
        text.integer(start)
        text.raw("}")
    }
}
