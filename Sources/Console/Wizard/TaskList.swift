import Basics
import PoolDatabase
import PoolRollout
import Rollout

/// What is left to do by hand in manual mode, in its order: a list that can be saved, and that ticks itself off.
struct TaskList: Sendable {
    let wizard: Wizard
    let snapshot: Snapshot
    /// The run, once there is one.
    var run: RunDetails?

    private struct Item {
        let host: Row
        let text: String
        let isDone: Bool
        let isNow: Bool
    }

    private var patch: Row? { wizard.update.flatMap { snapshot.row("pool_patch", uuid: $0) } }
    private var guidance: [String] { patch?.texts("after_apply_guidance") ?? [] }

    /// What is to be done with the hosts, and the hosts; the master always first.
    private var title: String {
        if guidance.contains("restartHost") { return "Restart these hosts in this order (master always first):" }
        if guidance.contains("restartXAPI") {
            return "Restart the toolstack on these hosts in this order (master always first):"
        }
        return "No action required"
    }

    private var items: [Item] {
        guard guidance.contains("restartHost") || guidance.contains("restartXAPI") else { return [] }
        return HostOrder.hosts(snapshot).filter { !wizard.excluded.contains($0.uuid) }.map { host in
            let record = run?.hosts.first { $0.uuid == host.uuid }
            return Item(
                host: host,
                text: Words.host(host, snapshot),
                isDone: record.map { $0.phase == .done || $0.isUpdated } ?? false,
                isNow: record?.phase == .awaitingOperator
            )
        }
    }

    var html: HTML {
        div(.id("tasks")) {
            h2 { "Tasks to be performed" }
            p { title }
            ol {
                for item in items {
                    li(.class(item.isDone ? "good" : "")) {
                        item.isDone ? "☑ " : "☐ "
                        Links.host(item.host, snapshot)
                        if item.isDone { " — done" }
                        if item.isNow { " — ready: move its VMs away, then restart it, both from its page" }
                    }
                }
            }
            if guidance.contains("restartHVM") || guidance.contains("restartPV") {
                p { "Then restart the VMs that have run since before the update, when it suits." }
            }
        }
    }

    var text: String {
        let label = patch?.nameLabel ?? "update"
        let lines = items.enumerated().map {
            "  \($0.offset + 1). [\($0.element.isDone ? "x" : " ")] \($0.element.text)"
        }
        return (["Tasks after \(label) is applied", "", title] + lines).map { $0.escaped(for: .line) }.joined(
            separator: "\n"
        ) + "\n"
    }
}
