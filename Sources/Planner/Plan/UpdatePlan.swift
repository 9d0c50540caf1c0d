/// A timed list of what to do: moves, updates, and stops that were consented to. The file form is `pool-update-plan/1`.
public struct UpdatePlan: Sendable, Equatable {
    /// Who made the plan, for reports.
    public var planner: String
    /// The name of the instance that it was made for.
    public var instance: String
    /// The steps, in any order; a step may start at the second at which another ends.
    public var steps: [Step]

    /// Creates a plan.
    public init(planner: String = "pitstop", instance: String = "", steps: [Step] = []) {
        self.planner = planner
        self.instance = instance
        self.steps = steps
    }

    /// One thing to do and when, in seconds from the plan's start. Its end follows from the instance.
    public struct Step: Sendable, Equatable {
        public var start: Int
        public var action: Action

        public init(start: Int, action: Action) {
            self.start = start
            self.action = action
        }
    }

    /// What a step does.
    public enum Action: Sendable, Equatable {
        case migrate(vm: String, from: String, to: String)
        case update(host: String)
        case suspend(vm: String)
        case resume(vm: String, host: String)
        case shutdown(vm: String)
        case boot(vm: String, host: String)
    }
}
