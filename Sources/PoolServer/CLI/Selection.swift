import PoolDatabase
import XenAPI

extension CommandRun {
    /// Words that never select anything.
    private static let reserved: Set<String> = [
        "username", "password", "server", "port", "minimal", "multiple", "all", "force", "trace", "debug", "params",
        "nossl", "live",
    ]

    /// The parameters that filter objects: everything that the command does not use itself.
    var filters: [CLIRequest.Parameter] {
        let own = Self.reserved.union(command.required).union(command.optional)
        return request.parameters.filter { !own.contains($0.name) && !$0.name.hasPrefix("database:") }
    }

    /// The objects of a class whose printed fields match all filters.
    func matching(
        _ filters: [CLIRequest.Parameter],
        _ records: RecordClass,
        among rows: [Row]
    ) throws(CLIFailure) -> [Row] {
        guard filters.count * rows.count <= RecordQuery.mostComparisons else {
            throw .message(
                "\(filters.count) filters on \(rows.count) objects are too much at once: give fewer, or select by uuid."
            )
        }
        var rows = rows
        let snapshot = snapshot
        for filter in filters {
            let test = try records.test(filter)
            rows = rows.filter { test($0, snapshot) }
        }
        return rows
    }

    /// The hosts that a command is about: those that `host=` and field filters leave, or all.
    func selectedHosts() throws(CLIFailure) -> [Row] {
        var rows = snapshot.rows("host")
        if let name = request["host"] { rows = rows.filter { $0.uuid == name || $0.nameLabel == name } }
        rows = try matching(filters.filter { $0.name != "host" }, .host, among: rows)
        if rows.isEmpty { throw .message("No matching hosts found") }
        let multiple = try flag("multiple")
        guard rows.count == 1 || multiple else {
            throw .message("Multiple matching hosts found. --multiple required to complete the operation")
        }
        return rows
    }

    /// The VMs that a command is about.
    func selectedVMs(controlDomains: Bool = false) throws(CLIFailure) -> [Row] {
        var rows = snapshot.rows("VM").filter {
            !$0.bool("is_a_template") && (controlDomains || !$0.bool("is_control_domain"))
        }
        if let name = request["vm"] { rows = rows.filter { $0.uuid == name || $0.nameLabel == name } }
        rows = try matching(filters.filter { $0.name != "vm" }, .vm, among: rows)
        if rows.isEmpty { throw .message("No matching VMs found") }
        let multiple = try flag("multiple")
        guard rows.count == 1 || multiple else {
            throw .message("Multiple matches VMs found. --multiple required to complete the operation")
        }
        return rows
    }

    /// Does the same to several objects. With `--multiple` one failure does not keep the others from their turn.
    mutating func forEach(_ rows: [Row], _ body: (CommandRun, Row) async throws(CLIFailure) -> Void) async throws {
        var failed = false
        for row in rows {
            do throws(CLIFailure) {
                try await body(self, row)
            } catch {
                guard rows.count > 1 else { throw error }
                failed = true
                let text = error.lines(in: snapshot).joined(separator: " ")
                try await printer.list(["operation failed on \(row.uuid): \(text)"])
            }
        }
        if failed { throw CLIFailure.alreadyReported }
    }
}

extension RecordClass {
    /// What `field=value`, `set:contains=value` (or `set-contains=`) and `map:key=value` (or `map-key=`) ask of an object.
    func test(_ filter: CLIRequest.Parameter) throws(CLIFailure) -> @Sendable (Row, Snapshot) -> Bool {
        if let field = field(filter.name) {
            return { row, snapshot in
                let printed = field.get(row, snapshot).printed
                return field.ignoresCase ? printed.lowercased() == filter.value.lowercased() : printed == filter.value
            }
        }
        for separator in [":", "-"] {
            for field in fields where field.access.count == 3 && filter.name.hasPrefix(field.name + separator) {
                let key = String(filter.name.dropFirst(field.name.count + 1))
                if field.access.hasPrefix("S"), key != "contains" { continue }
                return { row, snapshot in
                    switch field.get(row, snapshot) {
                    case .set(let elements, _): elements.contains(filter.value)
                    case .map(let members): members.contains { $0.key == key && $0.value == filter.value }
                    case .text: false
                    }
                }
            }
        }
        throw .message("Unknown field '\(filter.name)'")
    }
}
