import PoolDatabase
import XenAPI

/// One look at a page: who looks, at what, and the pool as it is then.
///
/// What a page shows may depend on the reader's role, and not on who it is: readers of one role share what is sent when
/// something changes.
struct Visit: Sendable {
    let console: Console
    let signedIn: SignedIn
    /// The path, such as `/runs/7`.
    let path: String
    /// The parts of the path that the page's pattern leaves open.
    let parameters: [String: String]
    let query: [String: String]

    var snapshot: Snapshot { console.access.snapshot }

    func parameter(_ name: String) -> String { parameters[name] ?? "" }
}

/// A page before it is written.
struct Page: Sendable {
    let title: String
    let section: Section
    let body: HTML
    /// What its forms show, so that it can be said what of it has changed.
    var facts: [Shown.Fact] = []
    /// Whether it says by itself what the run under way waits for.
    var tellsHolds = false
}

/// The parts of the console, as the navigation shows them.
enum Section: String, CaseIterable, Sendable {
    case pool = "Overview"
    case hosts = "Hosts"
    case vms = "VMs"
    case updates = "Updates"
    case runs = "Runs"
    case tasks = "Tasks"
    case trust = "Trust"
    case audit = "Audit"

    var path: String { self == .pool ? "/" : "/" + rawValue.lowercased() }
}
