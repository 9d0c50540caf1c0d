import Logging
import PoolControl
import PoolRollout
import ServiceLifecycle

/// Follows what others change: the users' files and the audit log, to which commands write, and whether a pool that keeps itself
/// answers. Lets those go who wait for events when the server ends.
struct AccountWatch: Service {
    let api: API
    let readiness: Readiness

    /// Between two looks at the file: a changed password counts that soon, whoever changed it.
    private static let interval = Duration.milliseconds(250)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var (shown, problem, silence) = (api.users.revision, String?.none, api.relay?.freshness.silence)
            api.audit?.follow { [activity = api.activity] in activity.tell(command: $0) }
            while (try? await Task.sleep(for: Self.interval)) != nil {
                api.audit?.look()
                tell(api.relay?.freshness.silence, before: silence)
                silence = api.relay?.freshness.silence
                do {
                    try api.users.refresh()
                    problem = nil
                    guard api.users.revision != shown else { continue }
                    shown = api.users.revision
                    try await api.showAccounts()
                } catch {
                    if problem != "\(error)" { api.activity.tell(.usersUnreadable, .warning, "\(error)") }
                    problem = "\(error)"
                }
            }
        }
        api.activity.tell(
            .serverStopping,
            .notice,
            "The server is shutting down: what is under way goes on in the next one."
        )
        readiness.end()
        // Those who watch a run have to let go of their connections, too.
        await api.rollouts?.letGo()
        api.events.shutDown()
    }

    private func tell(_ silence: String?, before: String?) {
        switch (before, silence) {
        case (nil, let silence?): api.activity.tell(.poolSilent, .warning, "The pool gives no answer. \(silence)")
        case (.some, nil): api.activity.tell(.poolBack, .notice, "The pool answers.")
        default: break
        }
    }
}
