import PoolDatabase

/// Why a package refuses a host, or could not be applied to it.
extension FailureWords {
    func ofPackage(_ failure: Failure) -> String? {
        // Servers from 7.1 on say `UPDATE_` where earlier ones say `PATCH_`.
        let code =
            failure.code.hasPrefix("UPDATE_PRECHECK_FAILED")
            ? "PATCH" + failure.code.dropFirst("UPDATE".count) : failure.code
        let update = name(failure[0], or: "The update")
        switch code {
        case "PATCH_PRECHECK_FAILED_PREREQUISITE_MISSING":
            let list = names(failure[1])
            return
                "\(update) needs \(list.text) on \(host) first: upload \(list.pronoun), and apply \(list.pronoun) before it "
                + "or in the same run."
        case "PATCH_PRECHECK_FAILED_CONFLICT_PRESENT":
            let list = names(failure[1])
            return "\(host) has \(list.text), beside which \(update) can not be: leave one of them out."
        case "PATCH_PRECHECK_FAILED_WRONG_SERVER_VERSION": return wrongVersion(update, failure)
        case "PATCH_PRECHECK_FAILED_WRONG_SERVER_BUILD":
            return "\(update) is made for build \(plain(failure[2])), and \(host) has build \(failure[1]): "
                + "take the update that is made for that build."
        case "PATCH_PRECHECK_FAILED_VM_RUNNING":
            let guests = guestNames
            let list = guests.isEmpty ? "VMs" : "VMs (\(guests.joined(separator: ", ")))"
            return "\(update) needs an empty host, and \(list) still run on \(host): move them away (xe host-evacuate)."
        case "PATCH_PRECHECK_FAILED_ISO_MOUNTED":
            let drives = guestsWithDisc
            let list = drives.isEmpty ? "A VM" : "VM \(drives.joined(separator: ", "))"
            let what = failure[1].isEmpty ? "" : " (\(quote(failure[1])))"
            return "\(list) on \(host) has a disc in its drive, which \(update) can not be installed beside\(what): "
                + "eject it (xe vm-cd-eject)."
        case "PATCH_PRECHECK_FAILED_OUT_OF_SPACE":
            return "\(host) has \(size(failure[1])) free, and \(update) needs \(size(failure[2])): "
                + "remove the files of earlier updates (xe patch-clean), or logs."
        case "PATCH_PRECHECK_FAILED_UNKNOWN_ERROR":
            return "\(update) gives this reason: \(quote(failure[1]).isEmpty ? "none" : quote(failure[1])). "
                + "See its article."
        case "INVALID_PATCH_WITH_LOG":
            return
                "The precheck's answer on \(host) is not understood: \(quote(failure[0])). Ask whoever made the update."
        case "PATCH_ALREADY_APPLIED": return "\(host) has \(update) already: there is nothing to do there."
        case "PATCH_APPLY_FAILED_BACKUP_FILES_EXIST":
            return "Files of an earlier attempt are still on \(host): \(quote(failure[0])). Remove them, and retry."
        case "PATCH_APPLY_FAILED":
            return "The package could not be applied to \(host). Its own words: \(quote(failure[0]))."
        case "OUT_OF_SPACE":
            return "There is no room left on \(host) at \(failure[0]): remove the files of earlier updates, or logs."
        case "CANNOT_FIND_PATCH":
            return "The package of the update was cleaned away: upload it again (xe patch-upload)."
        case "INVALID_PATCH":
            let reason = quote(failure[0])
            // The server says what is wrong as a sentence of its own; other servers say nothing.
            return reason.hasSuffix(".")
                ? reason : "The package is not, or no longer, trusted: see 'pitstop trust list'."
        default: return nil
        }
    }

    /// Packages report by this one code a version that does not fit, and updates that are missing or in the way.
    private func wrongVersion(_ update: String, _ failure: Failure) -> String {
        let (found, required) = (failure[1], plain(failure[2]))
        guard required.contains(where: \.isNumber), !required.contains(where: \.isLetter) else {
            return "\(update) found \(found.isEmpty ? "nothing" : found) on \(host) where it needs "
                + "\(required.isEmpty ? "nothing of the kind" : required): apply what is missing, or leave out what it names."
        }
        return "\(update) is made for version \(required), and \(host) runs \(found): "
            + "take the update that is made for \(found)."
    }

    /// A regular expression of a package without its marks.
    private func plain(_ pattern: String) -> String { pattern.filter { !"^$\\".contains($0) } }

    /// Bytes as people read them; what is no number as it is.
    private func size(_ text: String) -> String {
        guard let bytes = Int64(text) else { return text.isEmpty ? "too little" : text }
        return bytes >= 1 << 20 ? "\(bytes >> 20) MiB" : "\(bytes) bytes"
    }

    /// Updates in a list with `;`, by their labels where the pool knows them.
    private func names(_ list: String) -> (text: String, pronoun: String) {
        let parts = list.split { $0 == ";" || $0 == "," || $0 == " " }.map { name(String($0)) }
        guard !parts.isEmpty else { return ("another update", "it") }
        return (parts.joined(separator: ", "), parts.count == 1 ? "it" : "them")
    }
}
