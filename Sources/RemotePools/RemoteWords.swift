public import PoolControl
public import PoolDatabase
public import XenAPI

/// What a remote pool's refusals mean, and what to do next: by names, for the operator.
public struct RemoteWords: Sendable {
    private let nameOf: @Sendable (String) -> String?

    /// Words with the names that the pool's rows have.
    public init(_ snapshot: Snapshot) {
        nameOf = { text in (snapshot.anyRow(ref: Ref(text)) ?? snapshot.anyRow(uuid: text))?.nameLabel }
    }

    /// Words with names that are known otherwise, by reference or uuid.
    public init(names: [String: String]) { nameOf = { names[$0] } }

    /// One sentence, with the next step where there is one.
    ///
    /// - Parameters:
    ///   - error: what was thrown.
    ///   - host: the host that it was about.
    public func sentence(_ error: ControlError, host: Ref? = nil) -> String {
        guard case .refused(let refusal) = error else { return error.description }
        let words = sentence(refusal) ?? refusal.description.map(named).joined(separator: ": ")
        guard let host else { return words.prefix(1).uppercased() + words.dropFirst() }
        return "Host \(named(host.rawValue)): \(words)"
    }

    /// One sentence on a refusal whose meaning is known here; nil for others.
    func known(_ refusal: APIError, host: Ref?) -> String? {
        guard let words = sentence(refusal) else { return nil }
        guard let host else { return words.prefix(1).uppercased() + words.dropFirst() }
        return "Host \(named(host.rawValue)): \(words)"
    }

    private func sentence(_ error: APIError) -> String? {
        func word(_ index: Int) -> String { index < error.parameters.count ? named(error.parameters[index]) : "?" }
        return switch error.code {
        case "SESSION_AUTHENTICATION_FAILED":
            "the pool does not know this user with this password; mend the credentials."
        case "RBAC_PERMISSION_DENIED":
            "the role does not allow \(word(0)); a run needs a user with role pool-operator or higher."
        case "LICENCE_RESTRICTION", "LICENSE_RESTRICTION", "FEATURE_RESTRICTED":
            "the pool's licence does not include \(word(error.parameters.count > 1 ? 1 : 0))."
        case "HOST_OFFLINE", "HOST_NOT_LIVE", "CANNOT_CONTACT_HOST":
            "\(word(0)) can not be reached from the pool's master."
        case "HOST_DISABLED_UNTIL_REBOOT": "it can be enabled only after a restart, which was begun and not finished."
        case "HOST_PENDING_MANDATORY_GUIDANCES_NOT_EMPTY", "HOST_PENDING_MANDATORY_GUIDANCE_NOT_EMPTY":
            "something mandatory of an earlier update is still to be done there: restart it, or its toolstack."
        case "HA_IS_ENABLED", "HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN":
            "high availability is on; switch it off for the run."
        case "HOST_EVACUATION_IS_REQUIRED": "it must be emptied before the update is applied."
        case "UPDATEINFO_HASH_MISMATCH":
            "the pool's updates were synchronised again since this one was pinned, and it would install something else. Begin a "
                + "run with what it offers now ('pitstop updates list'), for all hosts."
        case "NO_REPOSITORY_ENABLED":
            "the pool offers no updates: no repository is enabled, or it was not looked into since, or not by this master. Enable "
                + "one (xe pool-param-set uuid=POOL repositories=UUID), and have it looked into ('pitstop updates sync')."
        case "INVALID_PATCH", "INVALID_UPDATE", "INVALID_PATCH_WITH_LOG":
            "the pool does not take this file for an update of its publisher\(detail(error, 0)) Download it again."
        case "PATCH_PRECHECK_FAILED_PREREQUISITE_MISSING", "UPDATE_PRECHECK_FAILED_PREREQUISITE_MISSING":
            "it lacks what the update builds on: \(word(1).split(separator: ";").joined(separator: ", ")). Install that first."
        case "PATCH_PRECHECK_FAILED_WRONG_SERVER_VERSION", "UPDATE_PRECHECK_FAILED_WRONG_SERVER_VERSION":
            "the update is for version \(word(2)), and it runs \(word(1))."
        case "PATCH_PRECHECK_FAILED_WRONG_SERVER_BUILD": "the update is for build \(word(2)), and it runs \(word(1))."
        case "UPDATE_PRECHECK_FAILED_CONFLICT_PRESENT": "it has what the update does not go with: \(word(1))."
        case "PATCH_PRECHECK_FAILED_OUT_OF_SPACE", "UPDATE_PRECHECK_FAILED_OUT_OF_SPACE":
            "it has \(word(1)) bytes free, and the update needs \(word(2)): make room (old files in /var/patch, logs)."
        case "OUT_OF_SPACE": "there is no room left in \(word(0)): make some, and try again."
        case "UPDATE_PRECHECK_FAILED_GPGKEY_NOT_IMPORTED": "it does not know the key of the update's publisher."
        case "PATCH_PRECHECK_FAILED_ISO_MOUNTED": "a disc of guest tools is in the way: eject it from VMs there."
        case "PATCH_PRECHECK_FAILED_VM_RUNNING": "the update asks that no VM runs there."
        case "PATCH_PRECHECK_FAILED_UNKNOWN_ERROR", "UPDATE_PRECHECK_FAILED_UNKNOWN_ERROR":
            "its precheck refuses the update: \(word(1))"
        case "APPLY_UPDATES_FAILED": "the updates could not be applied. Look at the host before it is tried again."
        case "GET_HOST_UPDATES_FAILED", "GET_UPDATES_FAILED":
            "the pool could not find out what \(error.parameters.isEmpty ? "its hosts lack" : "\(word(0)) lacks"): see that the "
                + "host is up, and have the repositories looked at again ('pitstop updates sync')."
        case "PATCH_APPLY_FAILED", "UPDATE_APPLY_FAILED":
            "the update could not be applied\(detail(error, 0)) Look at the host before it is tried again."
        case "PATCH_APPLY_FAILED_BACKUP_FILES_EXIST":
            "files of an earlier try are in the way\(detail(error, 0)) Remove them on the host."
        case "CANNOT_FIND_PATCH", "CANNOT_FIND_UPDATE": "the update's file was cleaned away; upload it again."
        case "CANNOT_FETCH_PATCH": "it could not get the update from the master."
        case "OTHER_OPERATION_IN_PROGRESS": "something else is under way there (\(word(1))); wait for its end."
        case "XENAPI_MISSING_PLUGIN": "it has no plug-in \(word(0)); install xcp-ng-xapi-plugins there."
        case "XENAPI_PLUGIN_FAILURE", "-1": "its updater says: \(word(error.code == "-1" ? 0 : 2))"
        case "VM_INCOMPATIBLE_WITH_THIS_HOST": "VM \(word(0)) can not run on \(word(1)): \(word(2))"
        case "HOST_NOT_ENOUGH_FREE_MEMORY": "it has not enough memory free."
        case "HOST_IN_USE", "HOST_NOT_DISABLED": "it is still in use, and so it does not restart."
        default: nil
        }
    }

    /// What a program printed, behind a colon, and the end of the sentence.
    private func detail(_ error: APIError, _ index: Int) -> String {
        guard index < error.parameters.count, !error.parameters[index].isEmpty else { return "." }
        let text = named(error.parameters[index])
        return ": \(text)\(text.hasSuffix(".") ? "" : ".")"
    }

    /// A name in place of a reference or uuid that the pool has.
    private func named(_ text: String) -> String {
        guard let name = nameOf(text), !name.isEmpty else { return text }
        return name
    }
}
