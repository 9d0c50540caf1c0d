import FoundationEssentials
import PoolServer

/// Writes what a command changes into the audit log of the server whose state it changes: what was refused, too.
struct CommandAudit {
    /// The server's state folder.
    let state: String

    /// Does something, and writes down who did it, about what, and what came of it.
    func record<Result>(_ deed: String, about object: String, _ work: () throws -> Result) throws -> Result {
        do {
            let result = try work()
            add(deed, object, nil)
            return result
        } catch {
            add(deed, object, error)
            throw error
        }
    }

    /// The same for what takes its time.
    func recordWaiting<Result>(
        _ deed: String,
        about object: String,
        _ work: () async throws -> Result
    ) async throws -> Result {
        do {
            let result = try await work()
            add(deed, object, nil)
            return result
        } catch {
            add(deed, object, error)
            throw error
        }
    }

    /// Writes down what was done.
    func note(_ deed: String, about object: String) { add(deed, object, nil) }

    private func add(_ deed: String, _ object: String, _ error: (any Error)?) {
        // A state folder that is not there gets none by an attempt to change something in it.
        guard FileManager.default.fileExists(atPath: state) else { return }
        let log = AuditLog(directory: state + "/audit", limits: .writing)
        log.add(.command(deed, about: object, error: error.map { "refused: \($0)" }, at: secondsNow()))
        if let problem = log.problem { StandardError.write("The audit log: \(problem)") }
    }
}
