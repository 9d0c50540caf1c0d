import ArgumentParser
import PoolRollout
import XenAPI

/// Which run a command is about.
struct RunChoice: ParsableArguments {
    @Argument(help: "The run's id; may be left out where there is only one run, or one that goes on.")
    var run: String?

    /// The reference of the run.
    func reference(_ session: ServerSession) async throws -> Value {
        if let run { return try await session.find("rollout", run) }
        let records = try await session.call("rollout.get_all_records").members ?? []
        let active = records.filter { $0.value["state"]?.text != "ended" && $0.value["state"]?.text != "unreadable" }
        guard let only = active.count == 1 ? active.first : records.count == 1 ? records.first : nil else {
            throw OperatorError(
                records.isEmpty
                    ? "This pool has had no run yet: begin one with 'pitstop rollout start'."
                    : "No run goes on, and there have been several: name one; 'pitstop rollout list' shows them."
            )
        }
        return .string(only.key)
    }
}
