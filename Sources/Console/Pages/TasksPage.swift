import Datamodel
import Hummingbird
import PoolDatabase
import XenAPI

/// Calls that take their time, the newest first.
enum TasksPage {
    static func make(_ visit: Visit) -> Page {
        let snapshot = visit.snapshot
        let tasks = snapshot.rows("task").reversed().prefix(200)
        let body = HTML.group([
            h1 { "Tasks" },
            HTML.live(
                "tasks",
                div(.id("tasks")) {
                    if tasks.isEmpty { p { "Nothing runs now, and nothing has run since the server was started." } }
                    if !tasks.isEmpty {
                        Words.table(
                            "Tasks, the newest first",
                            ["Task", "State", "Progress", "Begun", "Finished", "Cancel"]
                        ) {
                            for task in tasks { row(task, visit) }
                        }
                    }
                }
            ),
        ])
        return Page(title: "Tasks", section: .tasks, body: body, facts: tasks.map(fact))
    }

    private static func row(_ task: Row, _ visit: Visit) -> HTML {
        let status = task.string("status")
        let finished = task.date("finished").seconds
        return tr(.id("task-" + task.uuid)) {
            th(.scope("row")) { bdi { task.nameLabel } }
            td {
                Words.state(status, looks[status] ?? "idle")
                if status == "failure" { div { task.texts("error_info").joined(separator: " · ") } }
            }
            td(.class("number")) { "\(task.float("progress").portion(of: 100)) %" }
            td { Words.moment(task.date("created").seconds) }
            td { if finished > 0 { Words.moment(finished) } }
            td {
                if status == "pending", visit.signedIn.mayOperate {
                    Words.button(
                        "Cancel",
                        to: "/do/tasks/cancel",
                        [("task", task.uuid)],
                        shown: Shown([fact(task)]),
                        about: task.nameLabel
                    )
                }
            }
        }
    }

    /// What the button that ends a task shows.
    static func fact(_ task: Row) -> Shown.Fact {
        .init("task-" + task.uuid, "Task \(task.nameLabel)", now: task.string("status"))
    }

    private static let looks = ["success": "good", "failure": "bad", "pending": "busy", "cancelled": "warn"]
}

extension ActionDoor {
    func addTaskActions(to router: Router<BasicRequestContext>) {
        let shows: Showing = { action throws(PageError) in ("/tasks", Shown([TasksPage.fact(try Self.task(action))])) }
        post("tasks/cancel", .readOnly, router, shows: shows) { action throws(PageError) in
            let task = try Self.task(action)
            // The message knows whose task may be cancelled by whom.
            try await action.call("task.cancel", .string(task.ref.rawValue))
            return Answer.seeOther("/tasks")
        }
    }

    private static func task(_ action: Action) throws(PageError) -> Row {
        guard let task = action.snapshot.row("task", uuid: action.form["task"]) else { throw .notFound }
        return task
    }
}
