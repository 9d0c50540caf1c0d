import Basics

/// Why a package's `precheck` refused a host.
///
/// The match is as strict as XenServer's: the whole output is one `<error errorcode="…">` with no other attribute.
/// ``code`` and ``parameters`` are XenAPI's; most codes take the patch's reference before the parameters given here.
public enum PrecheckFailure: Hashable, Sendable {
    /// `PATCH_PRECHECK_FAILED_UNKNOWN_ERROR`
    case unknown(info: String)
    /// `PATCH_PRECHECK_FAILED_PREREQUISITE_MISSING`: uuids of updates that must be applied first.
    case prerequisiteMissing(uuids: [String])
    /// `PATCH_PRECHECK_FAILED_WRONG_SERVER_VERSION`
    case wrongServerVersion(found: String, required: String)
    /// `PATCH_PRECHECK_FAILED_WRONG_SERVER_BUILD`; `required` is a regular expression.
    case wrongServerBuild(found: String, required: String)
    /// `PATCH_PRECHECK_FAILED_VM_RUNNING`
    case vmRunning
    /// `PATCH_PRECHECK_FAILED_ISO_MOUNTED`
    case isoMounted(info: String)
    /// `PATCH_PRECHECK_FAILED_OUT_OF_SPACE`, in bytes as the package wrote them.
    case outOfSpace(found: String, required: String)
    /// `INVALID_PATCH_WITH_LOG`: the output is no such document.
    case malformed(message: String)

    /// Reads the output of a precheck that exited with status 1.
    public init(parsing output: String) {
        do {
            let root = try XMLReader.read(output)
            self = try Self.failure(root)
        } catch let error as Malformed {
            self = .malformed(message: error.message)
        } catch {
            self = .malformed(message: "The output of precheck is not a document (\(error)): \(output.prefix(2_000))")
        }
    }

    /// XenAPI's code.
    public var code: String {
        switch self {
        case .unknown: "PATCH_PRECHECK_FAILED_UNKNOWN_ERROR"
        case .prerequisiteMissing: "PATCH_PRECHECK_FAILED_PREREQUISITE_MISSING"
        case .wrongServerVersion: "PATCH_PRECHECK_FAILED_WRONG_SERVER_VERSION"
        case .wrongServerBuild: "PATCH_PRECHECK_FAILED_WRONG_SERVER_BUILD"
        case .vmRunning: "PATCH_PRECHECK_FAILED_VM_RUNNING"
        case .isoMounted: "PATCH_PRECHECK_FAILED_ISO_MOUNTED"
        case .outOfSpace: "PATCH_PRECHECK_FAILED_OUT_OF_SPACE"
        case .malformed: "INVALID_PATCH_WITH_LOG"
        }
    }

    /// Whether XenAPI's first parameter is the patch's reference, before ``parameters``.
    public var namesPatch: Bool {
        if case .malformed = self { false } else { true }
    }

    /// XenAPI's parameters after the patch's reference, in raised order.
    public var parameters: [String] {
        switch self {
        case .unknown(let info), .isoMounted(let info): [info]
        case .prerequisiteMissing(let uuids): [uuids.joined(separator: ";")]
        case .wrongServerVersion(let found, let required), .wrongServerBuild(let found, let required),
            .outOfSpace(let found, let required):
            [found, required]
        case .vmRunning: []
        case .malformed(let message): [message]
        }
    }

    private struct Malformed: Error { var message: String }

    private static func failure(_ root: XMLElement) throws(Malformed) -> PrecheckFailure {
        guard root.name == "error", root.attributes.count == 1, let code = root["errorcode"] else {
            throw Malformed(message: "The output of precheck is not an <error> with just an errorcode.")
        }
        switch code {
        case "PATCH_PRECHECK_FAILED_UNKNOWN_ERROR": return .unknown(info: try onlyInfo(root))
        case "PATCH_PRECHECK_FAILED_ISO_MOUNTED": return .isoMounted(info: try onlyInfo(root))
        case "PATCH_PRECHECK_FAILED_VM_RUNNING": return .vmRunning
        case "PATCH_PRECHECK_FAILED_PREREQUISITE_MISSING": return .prerequisiteMissing(uuids: try prerequisites(root))
        case "PATCH_PRECHECK_FAILED_WRONG_SERVER_VERSION":
            return .wrongServerVersion(found: try text("found", root), required: try text("required", root))
        case "PATCH_PRECHECK_FAILED_WRONG_SERVER_BUILD":
            return .wrongServerBuild(found: try text("found", root), required: try text("required", root))
        case "PATCH_PRECHECK_FAILED_OUT_OF_SPACE":
            return .outOfSpace(found: try text("found", root), required: try text("required", root))
        default: throw Malformed(message: "The errorcode \(code.prefix(200)) of precheck is not known.")
        }
    }

    private static func onlyInfo(_ root: XMLElement) throws(Malformed) -> String {
        guard root.children.count == 1, let info = root.child("info") else {
            throw Malformed(message: "The error of precheck needs exactly one <info>.")
        }
        return info.trimmedText
    }

    private static func prerequisites(_ root: XMLElement) throws(Malformed) -> [String] {
        var uuids: [String] = []
        for child in root.children {
            guard child.name == "prerequisite", child.attributes.count == 1, let uuid = child["uuid"] else {
                throw Malformed(message: "The error of precheck may only hold <prerequisite uuid=…/>.")
            }
            uuids.append(uuid)
        }
        return uuids
    }

    private static func text(_ name: String, _ root: XMLElement) throws(Malformed) -> String {
        guard let child = root.child(name) else {
            throw Malformed(message: "The error of precheck lacks <\(name)>.")
        }
        return child.trimmedText
    }
}

/// The packages of the first generation (2007) know `info` and `apply` only.
public enum FirstGeneration {
    /// Whether a program that was run with `precheck` answered with its usage, and that names `apply` but no `precheck`:
    /// then it has none, and there is nothing that could refuse.
    public static func lacksPrecheck(_ output: String) -> Bool {
        let lines = TextLines(output).lines.filter { !$0.isEmpty }
        // `$"…"` is a translated text in bash, and a dollar sign in other shells.
        guard lines.count == 1, let line = lines.first, line.hasPrefix("Usage:") || line.hasPrefix("$Usage:"),
            let open = line.firstIndex(of: "{"), line.last == "}"
        else { return false }
        let commands = line[line.index(after: open)...].dropLast().split(separator: "|")
        return commands.contains("apply") && !commands.contains("precheck")
    }
}
