import Hummingbird
import PoolRollout
import Rollout
import XenAPI

/// Files to keep: a run's report, and the tasks of manual mode.
struct DownloadDoor: Sendable {
    let pages: PageDoor

    func addRoutes(to router: Router<BasicRequestContext>) {
        for (ending, type) in [("txt", "text/plain"), ("html", "text/html"), ("json", "application/json")] {
            router.get(RouterPath("runs/:run/report." + ending)) { request, context in
                let run = context.parameters.get("run") ?? ""
                return await pages.answer(request) { _, _ throws(PageError) in
                    let text = try await report(run, ending)
                    return Answer.text(text, type: type + "; charset=utf-8", file: "run-\(run).\(ending)")
                }
            }
        }
        router.get("install/:wizard/tasks.txt") { request, context in
            let id = context.parameters.get("wizard") ?? ""
            return await pages.answer(request) { _, _ throws(PageError) in
                guard let wizard = await pages.console.wizards[id] else { throw .notFound }
                let tasks = TaskList(wizard: wizard, snapshot: pages.console.access.snapshot)
                return Answer.text(tasks.text, file: "tasks.txt")
            }
        }
    }

    private func report(_ run: String, _ ending: String) async throws(PageError) -> String {
        let report: RunReport
        do throws(APIError) {
            report = try await pages.console.services.rollouts.report(run)
        } catch {
            throw RunPage.notShown(error)
        }
        switch ending {
        case "html": return report.html
        case "json":
            do { return String(decoding: try report.json(), as: UTF8.self) } catch {
                throw PageError(
                    500,
                    "The report can not be written as JSON",
                    "\(error). Take it as text or HTML, which say the same."
                )
            }
        default: return report.text
        }
    }
}
