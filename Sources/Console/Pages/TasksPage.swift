import Datamodel
import Hummingbird
import PoolDatabase
import PoolRollout
import Rollout
import XenAPI

/// Calls that take their time, the newest first.
enum TasksPage {
    static func make(_ visit: Visit) async -> Page {
        let snapshot = visit.snapshot
        let now = await RunNow.read(visit.console)
        let tasks = snapshot.rows("task").reversed().prefix(200)
        let body = HTML.group([
            h1 { "Tasks" },
            HTML.live("task-run", section(.id("task-run")) { if let run = now.run { underWay(run) } }),
            HTML.live(
                "tasks",
                div(.id("tasks")) {
                    if tasks.isEmpty {
                        p {
                            now.run == nil
                                ? "Nothing runs now, and nothing has run since the server was started."
                                : "Besides the run nothing has run since the server was started."
                        }
                    }
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
        return Page(title: "Tasks", section: .tasks, body: body, facts: tasks.map(fact), tellsHolds: true)
    }

    /// What a run does is no call of XenAPI, and takes its time all the same.
    private static func underWay(_ run: RunDetails) -> HTML {
        div(.class("sheet")) {
            h2 { "Run under way" }
            p {
                Words.state(RunWordings.state(run), RunWordings.look(run))
                " "
                Links.run(run)
                ": \(run.sentence)"
            }
            ul(.class("plain")) {
                for host in run.hosts where host.phase.isActive {
                    li {
                        Links.link("/hosts/" + host.uuid, host.name)
                        ": \(host.phase.words(run.aim)), "
                        Words.since(host.since)
                    }
                }
                for move in run.moves {
                    li {
                        Links.link("/vms/" + move.vm, move.vmName)
                        ": on its way, \(move.progress.portion(of: 100)) %"
                    }
                }
            }
        }
    }

    private static func row(_ task: Row, _ visit: Visit) -> HTML {
        let status = task.string("status")
        let finished = task.date("finished").seconds
        return tr(.id("task-" + task.uuid)) {
            th(.scope("row")) { bdi { task.nameLabel } }
            td {
                Words.state(status, looks[status] ?? "idle")
                if status == "failure" { div { failure(task, visit.snapshot) } }
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

    /// Why a task has failed, by the names of what it was about.
    private static func failure(_ task: Row, _ snapshot: Snapshot) -> String {
        let words = task.texts("error_info")
        guard let code = words.first else { return "Nobody has noted why." }
        return FailureWords(snapshot).sentence(APIError(code, Array(words.dropFirst())))
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
