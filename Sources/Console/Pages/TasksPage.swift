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
        return Page(title: "Tasks", section: .tasks, body: body)
    }

    private static func row(_ task: Row, _ visit: Visit) -> HTML {
        let status = task.string("status")
        let finished = task.date("finished").seconds
        return tr(.id("task-" + task.uuid)) {
            th(.scope("row")) { task.nameLabel }
            td {
                Words.state(status, looks[status] ?? "idle")
                if status == "failure" { div { task.texts("error_info").joined(separator: " · ") } }
            }
            td(.class("number")) { "\(task.float("progress").portion(of: 100)) %" }
            td { Words.moment(task.date("created").seconds) }
            td { if finished > 0 { Words.moment(finished) } }
            td {
                if status == "pending", visit.signedIn.mayOperate {
                    Words.button("Cancel", to: "/do/tasks/cancel", [("task", task.uuid)], about: task.nameLabel)
                }
            }
        }
    }

    private static let looks = ["success": "good", "failure": "bad", "pending": "busy", "cancelled": "warn"]
}

extension ActionDoor {
    func addTaskActions(to router: Router<BasicRequestContext>) {
        post("tasks/cancel", .readOnly, router) { action throws(PageError) in
            guard let task = action.snapshot.row("task", uuid: action.form["task"]) else { throw .notFound }
            try await action.call("task.cancel", .string(task.ref.rawValue))
            return Answer.seeOther("/tasks")
        }
    }
}
