import PoolDatabase
import PoolOperations
import XenAPI

/// One command of `xe`, as the server's table holds it.
struct Command: Sendable {
    let name: String
    /// Parameters without which it can not run; checked before anybody signs in.
    let required: [String]
    let optional: [String]
    /// What it does, in one line for `help`.
    let help: String
    /// Whether `help` lists it without `--all`.
    let isStandard: Bool
    /// Which objects its other parameters select.
    let selectors: Selectors
    let run: @Sendable (inout CommandRun) async throws -> Void

    enum Selectors: Sendable {
        case none
        case hosts
        case vms
        /// Fields of the listed class filter the list.
        case fields
    }

    init(
        _ name: String,
        required: [String] = [],
        optional: [String] = [],
        selectors: Selectors = .none,
        standard: Bool = false,
        _ help: String,
        run: @escaping @Sendable (inout CommandRun) async throws -> Void
    ) {
        self.name = name
        self.required = required
        self.optional = optional
        self.selectors = selectors
        self.help = help
        isStandard = standard
        self.run = run
    }
}

/// One command line at work: its words, its session, and the client at the other end.
struct CommandRun {
    let api: API
    let session: Session
    let command: Command
    let request: CLIRequest
    let client: any CLIClient
    var printer: Printer

    var snapshot: Snapshot { api.pool.database.snapshot }

    /// A parameter that the command line must name.
    func required(_ name: String) throws(CLIFailure) -> String {
        guard let value = request[name] else { throw .usage("Required parameter not found: \(name)") }
        return value
    }

    /// A parameter that is true or false; false where it is missing.
    func flag(_ name: String) throws(CLIFailure) -> Bool {
        do throws(CLISyntaxError) {
            return try request.flag(name) ?? false
        } catch {
            throw .message(error.message)
        }
    }

    /// Calls XenAPI in the command's session.
    @discardableResult
    func call(_ method: String, _ arguments: Value...) async throws(CLIFailure) -> Value {
        try await call(method, arguments)
    }

    /// Calls XenAPI in the command's session.
    @discardableResult
    func call(_ method: String, _ arguments: [Value]) async throws(CLIFailure) -> Value {
        do throws(APIError) {
            return try await api.call(method, arguments, in: session)
        } catch {
            throw .api(error)
        }
    }

    /// The object of a class with that uuid.
    func object(_ table: String, uuid: String) throws(CLIFailure) -> Row {
        do throws(APIError) {
            return try snapshot.require(table, uuid: uuid)
        } catch {
            throw .api(error)
        }
    }

    /// The reference of an object, as an argument of a call.
    func reference(_ table: String, _ parameter: String) throws(CLIFailure) -> Value {
        .string(try object(table, uuid: try required(parameter)).ref.rawValue)
    }
}

/// The client at the other end of a command.
protocol CLIClient {
    /// Sends a message.
    func send(_ message: CLIMessage) async throws
    /// Waits for the answer to a transfer: whether it was carried out.
    func response() async throws -> Bool
    /// Asks the person at the terminal for a line.
    func prompt() async throws -> String
}
