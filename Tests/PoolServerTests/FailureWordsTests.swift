import Datamodel
import PoolDatabase
import PoolOperations
import PoolRollout
import Testing
import XenAPI

@testable import PoolServer

/// Errors as an operator reads them: with names, and with the next step.
@Suite("What errors mean to an operator")
struct FailureWordsTests {
    /// Stand for what they name: an update of that label, its uuid, the VM web-1, hosts, storage, a network.
    private static let (update, other) = ("$UPDATE", "5c0d1c1e-7a4f-4f0e-9f0c-3d2b1a098765")
    private static let (vm, host, second, storage, network) = ("$VM", "$XS1", "$XS2", "$SR", "$NETWORK")

    private static let package: [(code: String, parameters: [String], sentence: String)] = [
        (
            "PATCH_PRECHECK_FAILED_PREREQUISITE_MISSING", [update, other],
            "XS602E100 needs XS602E001 on xs1 first: upload it, and apply it before it or in the same run."
        ),
        (
            "UPDATE_PRECHECK_FAILED_PREREQUISITE_MISSING", [update, "\(other);XS602E002"],
            "XS602E100 needs XS602E001, XS602E002 on xs1 first: upload them, and apply them before it or in the same run."
        ),
        (
            "UPDATE_PRECHECK_FAILED_CONFLICT_PRESENT", [update, other],
            "xs1 has XS602E001, beside which XS602E100 can not be: leave one of them out."
        ),
        (
            "PATCH_PRECHECK_FAILED_WRONG_SERVER_VERSION", [update, "6.1.0", "^6\\.0\\.2$"],
            "XS602E100 is made for version 6.0.2, and xs1 runs 6.1.0: take the update that is made for 6.1.0."
        ),
        (
            "UPDATE_PRECHECK_FAILED_WRONG_SERVER_VERSION", [update, "6.1.0", "7.0.0"],
            "XS602E100 is made for version 7.0.0, and xs1 runs 6.1.0: take the update that is made for 6.1.0."
        ),
        // The same code for an update that is missing, and for one that is in the way.
        (
            "PATCH_PRECHECK_FAILED_WRONG_SERVER_VERSION", [update, "", "XS602E001"],
            "XS602E100 found nothing on xs1 where it needs XS602E001: apply what is missing, or leave out what it names."
        ),
        (
            "PATCH_PRECHECK_FAILED_WRONG_SERVER_VERSION", [update, "XS602E003", ""],
            "XS602E100 found XS602E003 on xs1 where it needs nothing of the kind: apply what is missing, or leave out what it "
                + "names."
        ),
        (
            "PATCH_PRECHECK_FAILED_WRONG_SERVER_BUILD", [update, "53456p", "^50762.*$"],
            "XS602E100 is made for build 50762.*, and xs1 has build 53456p: take the update that is made for that build."
        ),
        (
            "PATCH_PRECHECK_FAILED_VM_RUNNING", [update],
            "XS602E100 needs an empty host, and VMs (web-1, mail-1, database-1, build-1) still run on xs1: move them away "
                + "(xe host-evacuate)."
        ),
        (
            "PATCH_PRECHECK_FAILED_ISO_MOUNTED", [update, "xs-tools.iso"],
            "A VM on xs1 has a disc in its drive, which XS602E100 can not be installed beside (xs-tools.iso): eject it "
                + "(xe vm-cd-eject)."
        ),
        (
            "PATCH_PRECHECK_FAILED_OUT_OF_SPACE", [update, "104857600", "314572800"],
            "xs1 has 100 MiB free, and XS602E100 needs 300 MiB: remove the files of earlier updates (xe patch-clean), or logs."
        ),
        (
            "UPDATE_PRECHECK_FAILED_OUT_OF_SPACE", [update, "1000", "314572800"],
            "xs1 has 1000 bytes free, and XS602E100 needs 300 MiB: remove the files of earlier updates (xe patch-clean), or logs."
        ),
        (
            "PATCH_PRECHECK_FAILED_UNKNOWN_ERROR", [update, "rpm -q failed\n"],
            "XS602E100 gives this reason: rpm -q failed. See its article."
        ),
        (
            "INVALID_PATCH_WITH_LOG", ["no XML"],
            "The precheck's answer on xs1 is not understood: no XML. Ask whoever made the update."
        ),
        (
            "OUT_OF_SPACE", ["/var/patch"],
            "There is no room left on xs1 at /var/patch: remove the files of earlier updates, or logs."
        ),
        (
            "LICENCE_RESTRICTION", ["hotfix_apply"],
            "The licence of xs1 does not allow hotfix_apply: renew it (xe host-license-add)."
        ),
        ("PATCH_ALREADY_APPLIED", [update], "xs1 has XS602E100 already: there is nothing to do there."),
        (
            "PATCH_APPLY_FAILED", ["installing\n  error: openssl conflicts\n"],
            "The package could not be applied to xs1. Its own words: installing / error: openssl conflicts."
        ),
        (
            "PATCH_APPLY_FAILED_BACKUP_FILES_EXIST", ["/var/patch/backup"],
            "Files of an earlier attempt are still on xs1: /var/patch/backup. Remove them, and retry."
        ),
        ("CANNOT_FIND_PATCH", [], "The package of the update was cleaned away: upload it again (xe patch-upload)."),
    ]

    private static let evacuation: [(code: String, parameters: [String], sentence: String)] = [
        (
            "VM_REQUIRES_SR", [vm, storage],
            "VM web-1 needs storage Shared storage, which xs1 does not reach: plug it there (xe pbd-plug), or allow the run to "
                + "stop it, or leave the host out."
        ),
        (
            "VM_REQUIRES_NETWORK", [vm, network],
            "VM web-1 needs network Pool-wide network associated with eth0, which xs1 does not have: connect it there, or allow "
                + "the run to stop it, or leave the host out."
        ),
        (
            "VM_MISSING_PV_DRIVERS", [vm],
            "VM web-1 has no paravirtual drivers, without which it can not move: install XenServer Tools in it, or allow the run "
                + "to stop it, or leave the host out."
        ),
        (
            "VM_OLD_PV_DRIVERS", [vm, "5", "6"],
            "VM web-1 has paravirtual drivers that are too old to move it: update XenServer Tools in it, or allow the run to stop "
                + "it, or leave the host out."
        ),
        (
            "VM_LACKS_FEATURE", [vm],
            "VM web-1 does not support being moved while it runs: install XenServer Tools in it, or shut it down."
        ),
        (
            "VM_LACKS_FEATURE_SUSPEND", [vm],
            "VM web-1 does not support being moved while it runs: install XenServer Tools in it, or shut it down."
        ),
        (
            "VM_HAS_PCI_ATTACHED", [vm],
            "VM web-1 holds a PCI device of its host: allow the run to stop it, or leave the host out."
        ),
        ("VM_REQUIRES_GPU", [vm], "VM web-1 uses a GPU of its host: allow the run to stop it, or leave the host out."),
        ("VM_HAS_VGPU", [vm], "VM web-1 uses a GPU of its host: allow the run to stop it, or leave the host out."),
        (
            "OTHER_OPERATION_IN_PROGRESS", ["VM", vm, "clean_reboot"],
            "Another operation (clean_reboot) is under way on web-1: wait for its end, and try again."
        ),
        (
            "OTHER_OPERATION_IN_PROGRESS", ["host", second, "apply"],
            "Another operation (apply) is under way on xs2: wait for its end, and try again."
        ),
        (
            "NO_HOSTS_AVAILABLE", [vm],
            "No other host is enabled and at least as new to take VM web-1: enable one, or allow the run to stop it, or leave the "
                + "host out."
        ),
        (
            "HOST_NOT_ENOUGH_FREE_MEMORY", [vm],
            "No other host has enough free memory for VM web-1: stop or move other VMs, or allow the run to stop it."
        ),
        (
            "HOST_NOT_ENOUGH_FREE_MEMORY", ["4294967296", "1073741824"],
            "xs1 has 1024 MiB free where 4096 are needed: stop or move other VMs."
        ),
        (
            "VM_MIGRATE_FAILED", [vm, host, second, "host xs2 is down"],
            "VM web-1 could not be moved from xs1 to xs2, and still runs on xs1: host xs2 is down."
        ),
        (
            "VM_MIGRATE_FAILED",
            [vm, host, second, "VM web-1 could not be migrated and stays where it is: the link was cut."],
            "VM web-1 could not be moved from xs1 to xs2, and still runs on xs1: the link was cut."
        ),
        (
            "VM_MIGRATE_FAILED",
            [vm, host, second, "Host xs1 does not answer: kex: Connection closed by remote host\n."],
            "VM web-1 could not be moved from xs1 to xs2: xs1 does not answer (kex: Connection closed by remote host), and nobody "
                + "knows what runs there. Bring it back."
        ),
        ("HOST_OFFLINE", [second], "xs2 does not answer: look at its console, and bring it back."),
        ("HOST_DISABLED", [vm], "xs1 is disabled: enable it (xe host-enable)."),
        ("HOST_IN_USE", [host, "VM", vm], "VM web-1 runs on xs1: move it to another host (xe vm-migrate)."),
        ("NOT_KNOWN", [vm], "xs1 answers NOT_KNOWN (web-1)."),
    ]

    @Test("Codes of a package's precheck and of its apply")
    func packages() async throws { try await check(Self.package) }

    @Test("Codes that keep a host from being emptied")
    func evacuation() async throws { try await check(Self.evacuation) }

    @Test("No other error shows a reference, and each ends as a sentence")
    func all() async throws {
        let bench = try await prepared()
        let words = FailureWords(bench.api.pool.database.snapshot, host: bench.hosts[0])
        let references = [try bench.vm("web-1").ref.rawValue, bench.hosts[1].rawValue, bench.hosts[0].rawValue]
        for code in Datamodel.errors.keys {
            let sentence = words.sentence(APIError(code, references))
            #expect(!sentence.contains("OpaqueRef"), "\(code): \(sentence)")
            #expect(sentence.hasSuffix("."), "\(code): \(sentence)")
            #expect(!words.sentence(APIError(code)).isEmpty, "\(code)")
        }
    }

    private func check(_ table: [(code: String, parameters: [String], sentence: String)]) async throws {
        let bench = try await prepared()
        let snapshot = bench.api.pool.database.snapshot
        let references = [
            Self.update: snapshot.rows("pool_patch").first { $0.nameLabel == "XS602E100" }?.ref.rawValue,
            Self.vm: try bench.vm("web-1").ref.rawValue, Self.host: bench.hosts[0].rawValue,
            Self.second: bench.hosts[1].rawValue, Self.storage: snapshot.refs("SR").first?.rawValue,
            Self.network: snapshot.refs("network").first?.rawValue,
        ]
        let words = FailureWords(snapshot, host: bench.hosts[0])
        for (code, parameters, sentence) in table {
            let error = APIError(code, parameters.map { (references[$0] ?? nil) ?? $0 })
            #expect(words.sentence(error) == sentence, "\(code)")
        }
    }

    private func prepared() async throws -> Bench {
        let bench = try await Bench()
        try await bench.api.pool.database.transaction { transaction throws(APIError) in
            for (label, uuid) in [("XS602E100", "0b0f8a3e-2f5c-4a53-9a0b-8f3f4d5c6b7a"), ("XS602E001", Self.other)] {
                transaction.create(
                    "pool_patch",
                    Ref("OpaqueRef:" + uuid),
                    ["uuid": .string(uuid), "name_label": .string(label)]
                )
            }
        }
        return bench
    }
}
