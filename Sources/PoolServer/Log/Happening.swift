/// What the server's log tells of, under names that stay: `docs/logging.md` says of each what stands with it.
enum Happening: String, CaseIterable, Sendable {
    case serverReady = "server.ready"
    case serverStopping = "server.stopping"

    case signIn = "sign-in"
    case signInRefused = "sign-in.refused"
    /// Somebody changed something.
    case call
    /// A role is too low.
    case callRefused = "call.refused"
    case callFailed = "call.failed"
    /// A command on the server's own machine changed users, tokens, trust or the catalogue.
    case command
    case upload
    case uploadRefused = "upload.refused"
    case querySlow = "query.slow"
    case usersUnreadable = "users.unreadable"

    case hostSilent = "host.silent"
    case hostBack = "host.back"
    case hostRestarted = "host.restarted"
    case hostDisabled = "host.disabled"
    case hostEnabled = "host.enabled"
    /// A pool that keeps itself.
    case poolSilent = "pool.silent"
    case poolBack = "pool.back"

    case runBegun = "run.begun"
    case runTakenOver = "run.taken-over"
    case runHeld = "run.held"
    case runEnded = "run.ended"
    /// It goes no further: its journal can not be written.
    case runStuck = "run.stuck"
    case runWord = "run.word"
    case runPlan = "run.plan"
    case runPrecheck = "run.precheck"
    case runHost = "run.host"
    case runMove = "run.move"
    case runGate = "run.gate"
    case runObligation = "run.obligation"
    case runDeviation = "run.deviation"
    case runVMStopped = "run.vm-stopped"
    case runVMStarted = "run.vm-started"
    case runVMLost = "run.vm-lost"
    case runNews = "run.news"
}
