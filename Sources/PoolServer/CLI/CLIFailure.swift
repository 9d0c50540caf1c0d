import Basics
import Datamodel
import PoolDatabase
import XenAPI

/// Why a command line did not do what it was asked to.
enum CLIFailure: Error {
    /// XenAPI refused it.
    case api(APIError)
    /// The same, with a sentence on what XenAPI's own words leave out.
    case explained(APIError, String)
    /// The command itself refused it; `xe` prints `Error: ` before the text.
    case message(String)
    /// The words make no sense; the line that says how to get help follows.
    case usage(String)
    /// Some of several objects failed, which has been printed already.
    case alreadyReported

    /// The lines for standard error. What others named is on one of them; what programs said keeps its lines, each set in, so
    /// that none looks like one of ours.
    func lines(in snapshot: Snapshot) -> [String] {
        words(in: snapshot).map { $0.escaped(for: .text).replacing("\n", with: "\n    ") }
    }

    private func words(in snapshot: Snapshot) -> [String] {
        switch self {
        case .alreadyReported: []
        case .message(let text): ["Error: \(text)"]
        case .usage(let text): [text, Self.usageLine]
        case .api(let error): Self.lines(for: error, in: snapshot)
        case .explained(let error, let sentence): Self.lines(for: error, in: snapshot) + [sentence]
        }
    }

    static let usageLine = "For usage run: 'xe help'"

    private static func lines(for error: APIError, in snapshot: Snapshot) -> [String] {
        if error.code == "SESSION_AUTHENTICATION_FAILED" { return ["Authentication failed", usageLine] }
        guard let model = Datamodel.errors[error.code] else {
            return ["Error code: \(error.code)", "Error parameters: \(error.parameters.joined(separator: ", "))"]
        }
        var lines = [model.description]
        for index in 0..<max(model.parameters.count, error.parameters.count) {
            let label = index < model.parameters.count ? model.parameters[index] : "<extra>"
            let value = index < error.parameters.count ? error.parameters[index] : "<unknown>"
            lines.append("\(label): \(named(value, in: snapshot))")
        }
        return lines
    }

    /// A reference or uuid as `uuid (name)`; anything else as it is.
    private static func named(_ value: String, in snapshot: Snapshot) -> String {
        guard let row = snapshot.anyRow(ref: Ref(value)) ?? snapshot.anyRow(uuid: value) else { return value }
        return "\(row.uuid) (\(row.nameLabel.escaped(for: .line)))"
    }
}
