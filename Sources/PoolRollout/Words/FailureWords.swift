import Datamodel
public import PoolDatabase
import Rollout
public import XenAPI

/// What XenAPI's errors mean to the operator of a run: sentences that name the host and the VM, and say what to do next.
///
/// The codes are those with which a package's precheck refuses a host, and those that keep a host from being emptied. Every
/// other error gets the datamodel's own sentence, with names in place of references.
public struct FailureWords: Sendable {
    let snapshot: Snapshot
    /// The host that was asked.
    let askedHost: Ref?

    /// - Parameters:
    ///   - snapshot: the pool, for the names.
    ///   - host: the host that was asked; few errors name it themselves.
    public init(_ snapshot: Snapshot, host: Ref? = nil) {
        self.snapshot = snapshot
        askedHost = host
    }

    /// The error in one or two sentences, each with a full stop.
    public func sentence(_ error: APIError) -> String {
        let failure = Failure(error)
        let text = ofPackage(failure) ?? ofGuest(failure) ?? ofHost(failure) ?? general(error)
        // Where a free text holds a reference after all.
        return error.parameters.filter { $0.hasPrefix("OpaqueRef:") }.reduce(text) { $0.replacing($1, with: name($1)) }
    }

    /// An error whose parameters may be fewer than its code promises.
    struct Failure {
        let code: String
        private let parameters: [String]

        init(_ error: APIError) {
            code = error.code
            parameters = error.parameters
        }

        subscript(_ index: Int) -> String { index < parameters.count ? parameters[index] : "" }
    }

    /// The host that the error is about.
    var host: String { askedHost.flatMap { snapshot.row("host", $0)?.nameLabel } ?? "the host" }

    /// The name of the object that a reference or uuid stands for; any other text as it is.
    func name(_ text: String, or unknown: String = "") -> String {
        guard !text.isEmpty else { return unknown }
        return (snapshot.anyRow(ref: Ref(text)) ?? snapshot.anyRow(uuid: text))?.nameLabel ?? text
    }

    /// A text of a package, without the white space around it and the full stop at its end, and bounded.
    func quote(_ text: String) -> String {
        let lines = text.split { $0.isNewline }.map { $0.trimmingPrefix { $0 == " " } }.filter { !$0.isEmpty }
        let joined = lines.joined(separator: " / ")
        // The end of a log says what went wrong.
        return (joined.count <= 1000 ? joined : "… " + joined.suffix(1000)).asClause
    }

    private func ofHost(_ failure: Failure) -> String? {
        let named = name(failure[0], or: host)
        switch failure.code {
        case "HOST_OFFLINE", "HOST_NOT_LIVE", "CANNOT_CONTACT_HOST":
            return "\(named) does not answer: look at its console, and bring it back."
        case "HOST_DISABLED":
            // XenServer names the VM here, not the host.
            let isHost = snapshot.row("host", Ref(failure[0])) != nil
            return "\(isHost ? named : host) is disabled: enable it (xe host-enable)."
        case "HOST_DISABLED_UNTIL_REBOOT": return "\(named) is on its way down: wait until it is back."
        case "HOST_NOT_DISABLED": return "\(host) is enabled: disable it first (xe host-disable)."
        case "HOST_IN_USE":
            return "\(failure[1]) \(name(failure[2])) runs on \(named): move it to another host (xe vm-migrate)."
        case "HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN":
            return "High availability counts on \(host): turn it off (xe pool-ha-disable) until the update is over."
        case "OTHER_OPERATION_IN_PROGRESS":
            let what = failure[2].isEmpty ? "Another operation" : "Another operation (\(failure[2]))"
            let kind = failure[0] == "host" || failure[0] == "VM" ? "" : "\(failure[0]) "
            return "\(what) is under way on \(kind)\(name(failure[1])): wait for its end, and try again."
        case "LICENCE_RESTRICTION", "LICENSE_EXPIRED":
            let feature = failure[0].isEmpty ? "this" : failure[0]
            return "The licence of \(host) does not allow \(feature): renew it (xe host-license-add)."
        default: return nil
        }
    }

    private func general(_ error: APIError) -> String {
        if error.code == "INTERNAL_ERROR" {
            let text = quote(error.parameters.joined(separator: " ")).asSentence
            return text.isEmpty ? "\(host) could not do this, and gives no reason." : text
        }
        guard let model = Datamodel.errors[error.code] else {
            let parameters = error.parameters.map { quote(name($0)) }.joined(separator: ", ")
            return "\(host) answers \(error.code)\(parameters.isEmpty ? "" : " (\(parameters))")."
        }
        let facts = error.parameters.enumerated().map { index, text in
            let label = index < model.parameters.count ? model.parameters[index] + " " : ""
            return label + quote(name(text))
        }
        let sentence = model.description.asClause
        return facts.isEmpty ? "\(sentence)." : "\(sentence) (\(facts.joined(separator: ", ")))."
    }
}
