import Foundation
import PoolControl
import PoolDatabase
import Rollout
import Synchronization
import TestSupport
import Testing
import XenAPI
import XenAPIClient

@testable import PoolRollout
@testable import RemotePools

/// A file to send.
private func withFile<Result>(_ text: String = "update", _ body: (String) async throws -> Result) async throws -> Result
{
    let folder = try TemporaryDirectory()
    return try await body(try folder.write(Data(text.utf8), to: "update"))
}

/// Restarts a scripted host, which is up again at once.
private func reboot(_ pool: GenerationPool, _ host: String, at time: Int64) {
    pool.put(
        "host",
        host,
        [
            "other_config": .pairs(["boot_time": "\(time).", "agent_start_time": "\(time + 60)."]),
            "updates_requiring_reboot": .set([]), "pending_guidances": .set([]),
        ]
    )
}

/// XenServer 6: scripted are the upload's two outcomes, a precheck that may refuse, and an apply that makes `host_patch`.
@Suite struct PatchInstallerTests {
    private static func pool(_ more: [String: GenerationPool.Rule] = [:], sizeThere: Int = 6) -> GenerationPool {
        var rules: [String: GenerationPool.Rule] = [
            "pool_patch.precheck": { _, _ in .string("fine") },
            "pool_patch.apply": { pool, parameters in
                try pool.applyPatch(parameters)
                return .string("done")
            },
            "pool_patch.clean": { _, _ in .void },
        ]
        rules.merge(more) { $1 }
        let pool = GenerationPool(
            rules,
            upload: { pool, path, _, bytes in
                guard path == "/pool_patch_upload" else { throw APIError("INTERNAL_ERROR", [path]) }
                guard bytes == Array("update".utf8) else { throw APIError("INVALID_PATCH") }
                guard pool["pool_patch", "U"] == nil else { throw APIError("PATCH_ALREADY_EXISTS", ["uuid-U"]) }
                pool.put("pool_patch", "U", fields(size: sizeThere))
                return "U"
            }
        )
        pool.furnish(.xenserver6)
        return pool
    }

    private static func fields(size: Int) -> GenerationPool.Fields {
        [
            "name_label": .string("XS602ECC001"), "after_apply_guidance": .strings(["restartHost"]),
            "size": .string("\(size)"), "pool_applied": .bool(false),
        ]
    }

    @Test func `from the file to the proof on every host`() async throws {
        let pool = Self.pool()
        try await withFile { file in
            try await withRemote(pool) { remote in
                let installer = try remote.control.installer()
                #expect(installer.kind == .poolPatch)
                let update = try await installer.prepare(.file(file)) { _ in }
                #expect(update.label == "XS602ECC001")
                for host in ["H1", "H2"] {
                    let host = Ref(host)
                    #expect(try await installer.precheck(update, on: host).output == "fine")
                    #expect(try await !installer.isInstalled(update, on: host))
                    #expect(try await installer.apply(update, to: host) == [.restartHost])
                    // Once more does nothing more.
                    #expect(try await installer.apply(update, to: host) == [.restartHost])
                    #expect(try await installer.isInstalled(update, on: host))
                    reboot(pool, host.rawValue, at: 2100)
                    #expect(try await installer.pendingGuidance(of: update, on: host).isEmpty)
                }
                try await installer.cleanUp(after: update)
            }
        }
        #expect(
            pool.deeds == [
                "Async.pool_patch.precheck", "Async.pool_patch.apply", "Async.pool_patch.precheck",
                "Async.pool_patch.apply",
                "Async.pool_patch.pool_clean", "Async.pool_patch.clean",
            ]
        )
    }

    @Test func `an update that is there already is taken, unless it has other bytes`() async throws {
        try await withFile { file in
            for (size, isSame) in [(6, true), (7, false)] {
                let pool = Self.pool(sizeThere: size)
                pool.put("pool_patch", "U", Self.fields(size: size))
                try await withRemote(pool) { remote in
                    let installer = try remote.control.installer()
                    if isSame {
                        #expect(try await installer.prepare(.file(file)) { _ in }.reference == "U")
                    } else {
                        let error = await #expect(throws: ControlError.self) {
                            try await installer.prepare(.file(file)) { _ in }
                        }
                        #expect(error?.description.contains("other bytes") == true)
                    }
                }
            }
        }
    }

    @Test func `a file that is no update is refused by the pool`() async throws {
        let pool = Self.pool()
        try await withFile("rubbish") { file in
            try await withRemote(pool) { remote in
                let error = await #expect(throws: ControlError.self) {
                    try await remote.control.installer().prepare(.file(file)) { _ in }
                }
                let words = RemoteWords(remote.mirror.database.snapshot).sentence(try #require(error))
                #expect(words.contains("Download it again"))
            }
        }
    }

    @Test func `a precheck that succeeds and yet prints an error has refused`() async throws {
        let output = #"<error errorcode="PATCH_PRECHECK_FAILED_VM_RUNNING"></error>"#
        let pool = Self.pool(["pool_patch.precheck": { _, _ in .string(output) }])
        try await withRemote(pool) { remote in
            let update = PreparedUpdate(id: "uuid-U", label: "x", reference: "U")
            let error = await #expect(throws: ControlError.self) {
                try await remote.control.installer().precheck(update, on: Ref("H1"))
            }
            #expect(error?.code == "PATCH_PRECHECK_FAILED_VM_RUNNING")
        }
    }

    @Test func `a missing prerequisite is told by its name`() async throws {
        let pool = Self.pool([
            "pool_patch.precheck": { _, _ in
                throw APIError("PATCH_PRECHECK_FAILED_PREREQUISITE_MISSING", ["U", "uuid-one;uuid-two"])
            }
        ])
        try await withRemote(pool) { remote in
            let update = PreparedUpdate(id: "uuid-U", label: "x", reference: "U")
            let error = await #expect(throws: ControlError.self) {
                try await remote.control.installer().precheck(update, on: Ref("H1"))
            }
            let words = RemoteWords(remote.mirror.database.snapshot).sentence(try #require(error), host: Ref("H1"))
            #expect(words == "Host xs1: it lacks what the update builds on: uuid-one, uuid-two. Install that first.")
        }
    }

    @Test func `an answer that was lost is looked up in the host's own list`() async throws {
        let pool = Self.pool([
            // The task is gone, as after a restart of the toolstack, and the update was applied all the same.
            "pool_patch.apply": { pool, parameters in
                try pool.applyPatch(parameters)
                throw GenerationPool.Lost()
            }
        ])
        pool.put("pool_patch", "U", Self.fields(size: 6))
        let update = PreparedUpdate(id: "uuid-U", label: "x", reference: "U", guidance: ["restartHost", "from2040"])
        try await withRemote(pool) { remote in
            let installer = try remote.control.installer()
            // A word that nobody knows is kept, and remains to be done.
            let rest = try await installer.apply(update, to: Ref("H1"))
            #expect(rest == [.restartHost, UpdateGuidance(rawValue: "from2040")])
            #expect(rest.contains { !$0.isKnown })
        }
    }
}

/// XenServer 7: scripted are the import of an image into a VDI, `introduce`, and an apply that fills `host.updates`.
@Suite struct ImageInstallerTests {
    private static func pool(precheck: String = "ok", _ more: [String: GenerationPool.Rule] = [:]) -> GenerationPool {
        var rules: [String: GenerationPool.Rule] = [
            "pool_update.introduce": { pool, parameters in
                guard pool["pool_update", "U"] == nil else { throw APIError("UPDATE_ALREADY_EXISTS", ["uuid-U"]) }
                pool.put(
                    "pool_update",
                    "U",
                    [
                        "name_label": .string("XS71ECU1"), "vdi": parameters[0],
                        "after_apply_guidance": .strings(["restartHost"]),
                    ]
                )
                pool.put("pool_patch", "TWIN", ["pool_update": .string("U")])
                return .string("U")
            },
            "pool_update.precheck": { _, _ in .string(precheck) },
            "pool_update.apply": { pool, parameters in
                let host = parameters[1].text ?? ""
                pool.append("host", host, "updates", "U")
                if precheck != "ok_livepatch_complete" { pool.append("host", host, "updates_requiring_reboot", "U") }
                pool.put(
                    "host_patch",
                    "R\(host)",
                    ["pool_patch": .string("TWIN"), "timestamp_applied": .date(Timestamp(seconds: 2000))]
                )
                pool.append("host", host, "patches", "R\(host)")
                return .void
            },
            "pool_update.pool_clean": { _, _ in .void },
            "VDI.destroy": { pool, parameters in
                pool.remove("VDI", parameters[0].text ?? "")
                return .void
            },
        ]
        rules.merge(more) { $1 }
        let pool = GenerationPool(
            rules,
            upload: { pool, path, query, bytes in
                guard path == "/import_raw_vdi" else { throw APIError("INTERNAL_ERROR", [path]) }
                pool.put(
                    "VDI",
                    "IMAGE",
                    ["SR": .string(query["sr_id"] ?? ""), "virtual_size": .string("\(bytes.count)")]
                )
                return "<value>IMAGE</value>"
            }
        )
        pool.furnish(.xenserver7, hostFields: ["updates": .set([]), "updates_requiring_reboot": .set([])])
        return pool
    }

    @Test func `from the image to the proof on every host`() async throws {
        let pool = Self.pool()
        try await withFile { file in
            try await withRemote(pool) { remote in
                let installer = try remote.control.installer()
                #expect(installer.kind == .poolUpdate)
                let update = try await installer.prepare(.file(file)) { _ in }
                #expect(pool["VDI", "IMAGE"]?["SR"] == .string("S"))
                for host in ["H1", "H2"] {
                    let host = Ref(host)
                    #expect(try await installer.precheck(update, on: host).livepatch == nil)
                    #expect(try await installer.apply(update, to: host) == [.restartHost])
                    #expect(try await installer.apply(update, to: host) == [.restartHost])
                    #expect(try await installer.isInstalled(update, on: host))
                    reboot(pool, host.rawValue, at: 2100)
                    #expect(try await installer.pendingGuidance(of: update, on: host).isEmpty)
                }
                try await installer.cleanUp(after: update)
            }
        }
        #expect(pool.deeds.count { $0 == "Async.pool_update.apply" } == 2)
    }

    @Test func `a host whose running system is mended does not restart`() async throws {
        let pool = Self.pool(precheck: "ok_livepatch_complete")
        try await withFile { file in
            try await withRemote(pool) { remote in
                let installer = try remote.control.installer()
                let update = try await installer.prepare(.file(file)) { _ in }
                #expect(try await installer.precheck(update, on: Ref("H1")).livepatch == .complete)
                #expect(try await installer.apply(update, to: Ref("H1")).isEmpty)
                #expect(try await installer.standing(of: Ref("H1"), [update]).owed == [])
                // Without the precheck's answer nobody knows: it restarts.
                #expect(try await installer.apply(update, to: Ref("H2")) == [.restartHost])
                #expect(try await installer.standing(of: Ref("H2"), [update]).owed == nil)
            }
        }
    }

    @Test func `an image that is refused leaves nothing behind`() async throws {
        let pool = Self.pool([
            "pool_update.introduce": { _, _ in throw APIError("INVALID_UPDATE", ["Invalid signature"]) }
        ])
        try await withFile { file in
            try await withRemote(pool) { remote in
                let error = await #expect(throws: ControlError.self) {
                    try await remote.control.installer().prepare(.file(file)) { _ in }
                }
                #expect(error?.code == "INVALID_UPDATE")
            }
        }
        #expect(pool["VDI", "IMAGE"] == nil)
    }

    @Test func `an update that is there is taken, and our image goes again`() async throws {
        let pool = Self.pool()
        try await withFile { file in
            try await withRemote(pool) { remote in
                let installer = try remote.control.installer()
                let first = try await installer.prepare(.file(file)) { _ in }
                #expect(try await installer.prepare(.file(file)) { _ in } == first)
            }
        }
        #expect(pool["VDI", "IMAGE"] == nil)
    }

    @Test(arguments: [
        (["shared": Value.bool(false)], "No storage"), (["content_type": .string("iso")], "No storage"),
        (["physical_utilisation": .string("19999999998")], "NFS has less room"),
        (["physical_size": .string("-9223372036854775808")], "NFS has less room"),
    ])
    func `without storage that all hosts reach and that has room, nothing is sent`(
        storage: GenerationPool.Fields,
        words: String
    ) async throws {
        let pool = Self.pool()
        pool.put("SR", "S", storage)
        try await withFile { file in
            try await withRemote(pool) { remote in
                let error = await #expect(throws: ControlError.self) {
                    try await remote.control.installer().prepare(.file(file)) { _ in }
                }
                #expect(error?.description.contains(words) == true, "\(String(describing: error))")
            }
        }
        #expect(pool["VDI", "IMAGE"] == nil)
    }
}

/// XenServer 8: scripted are the synchronisation, the page of updates, and an apply that leaves guidance.
@Suite struct RepositoryInstallerTests {
    private final class Desk: Sendable { let hash = Mutex("hash-1") }

    private static func pool(_ desk: Desk, _ more: [String: GenerationPool.Rule] = [:]) -> GenerationPool {
        var rules: [String: GenerationPool.Rule] = [
            "pool.sync_updates": { _, _ in .string(desk.hash.withLock { $0 }) },
            "pool.check_update_readiness": { _, parameters in
                #expect(parameters[1] == .bool(true))
                return .set([])
            },
            "host.apply_updates": { pool, parameters in
                guard parameters[1].text == desk.hash.withLock({ $0 }) else {
                    throw APIError("UPDATEINFO_HASH_MISMATCH")
                }
                pool.put(
                    "host",
                    parameters[0].text ?? "",
                    [
                        "last_update_hash": parameters[1], "latest_synced_updates_applied": .string("yes"),
                        "pending_guidances": .strings(["reboot_host"]),
                    ]
                )
                return .set([])
            },
        ]
        rules.merge(more) { $1 }
        let pool = GenerationPool(
            rules,
            pages: { _, path in
                guard path == "/updates" else { return nil }
                let guidance = #""guidance":{"mandatory":["RebootHost"],"recommended":[],"full":[],"livepatch":[]}"#
                let hosts = ["H1", "H2"].map {
                    #"{"ref":"\#($0)",\#(guidance),"RPMS":["xen-4.17-1.x86_64.rpm"],"updates":["u","v"]}"#
                }
                let updates = [
                    #"{"id":"u","title":"Security","severity":"High","issued":"20260201T00:00:00Z","#
                        + #""description":"Mends CVE-2026-1000.","URL":"https://one.invalid"}"#,
                    #"{"id":"v","summary":"Fixes","severity":"Low","issued":"20260101T00:00:00Z"}"#,
                    #"{"id":"old","title":"What every host has","severity":"Critical"}"#,
                ]
                let hash = desk.hash.withLock { $0 }
                return #"{"hosts":[\#(hosts.joined(separator: ","))],"updates":[\#(updates.joined(separator: ","))],"#
                    + #""hash":"\#(hash)"}"#
            }
        )
        pool.furnish(
            .xenserver8,
            hostFields: [
                "last_update_hash": .string(""), "latest_synced_updates_applied": .string("no"),
                "pending_guidances": .set([]),
            ]
        )
        return pool
    }

    @Test func `one digest is synchronised, pinned and applied on every host`() async throws {
        let desk = Desk()
        let pool = Self.pool(desk)
        try await withRemote(pool) { remote in
            let installer = try remote.control.installer()
            #expect(installer.kind == .repository)
            let update = try await installer.prepare(.repositories) { _ in }
            #expect(update.id == "hash-1")
            #expect(update.packages == ["xen-4.17-1.x86_64.rpm"])
            for host in ["H1", "H2"] {
                let host = Ref(host)
                _ = try await installer.precheck(update, on: host)
                #expect(try await installer.apply(update, to: host) == [.restartHost])
                #expect(try await installer.isInstalled(update, on: host))
                reboot(pool, host.rawValue, at: 2100)
                #expect(try await installer.pendingGuidance(of: update, on: host).isEmpty)
            }
        }
        #expect(pool.deeds.count { $0 == "Async.host.apply_updates" } == 2)
    }

    @Test func `an offer is found again by its row, with what its publisher says of it`() async throws {
        let pool = Self.pool(Desk())
        try await withRemote(pool) { remote in
            let installer = try remote.control.installer()
            let offer = try #require(try await installer.offer())
            let notes = try #require(offer.notes)
            #expect(notes.summary == "Security; Fixes." && notes.severity == "High")
            #expect(notes.vulnerabilities == ["CVE-2026-1000"] && notes.articles == ["https://one.invalid"])
            _ = try await remote.control.enter(offer, at: Timestamp(seconds: 5000))
            let row = try #require(remote.mirror.database.snapshot.rows("pool_patch").first)
            let update = try await installer.find(row.uuid)
            #expect(update.id == "hash-1" && row.uuid != update.id)
            #expect(try await installer.contents(of: update).sha256 == "hash-1")
            #expect(await installer.published(update) == Timestamp(iso8601: "20260201T00:00:00Z")?.seconds)
            #expect(row.string("name_description").contains("CVE-2026-1000"))
        }
    }

    @Test func `which hosts have an offer is shown once they were asked, and who waits for a restart`() async throws {
        let pool = Self.pool(Desk())
        try await withRemote(pool) { remote in
            let installer = try remote.control.installer()
            let offer = try #require(try await installer.offer())
            let patch = try await remote.control.enter(offer, at: Timestamp(seconds: 900))
            func shown() -> [Ref: Timestamp] {
                let snapshot = remote.mirror.database.snapshot
                let stamps = snapshot.rows("host_patch").filter { $0.ref("pool_patch") == patch && $0.bool("applied") }
                return Dictionary(stamps.map { ($0.ref("host"), $0.date("timestamp_applied")) }) { $1 }
            }
            #expect(try await installer.standing(of: Ref("H1"), [offer]).updates.isEmpty && shown().isEmpty)
            _ = try await installer.apply(offer, to: Ref("H1"))
            for _ in 1...2 {
                #expect(try await installer.standing(of: Ref("H1"), [offer]).owed == [.restartHost])
                // After what it runs was started.
                #expect(shown() == [Ref("H1"): Timestamp(seconds: 1101)])
            }
            // In effect since the host's start, which is before that of its toolstack.
            reboot(pool, "H2", at: 2100)
            pool.put("host", "H2", ["last_update_hash": .string(offer.id)])
            try await remote.mirror.refresh("host", Ref("H2"))
            _ = try await installer.standing(of: Ref("H2"), [offer])
            #expect(shown()[Ref("H2")] == Timestamp(seconds: 2100))
            // What came later holds what came before.
            pool.put("host", "H1", ["last_update_hash": .string("another")])
            #expect(try await installer.standing(of: Ref("H1"), [offer]).updates.isEmpty)
            #expect(shown().count == 2)
        }
    }

    @Test func `updates that were synchronised again meanwhile are not what was pinned`() async throws {
        let desk = Desk()
        let pool = Self.pool(desk)
        try await withRemote(pool) { remote in
            let installer = try remote.control.installer()
            let update = try await installer.prepare(.repositories) { _ in }
            _ = try await installer.apply(update, to: Ref("H1"))
            desk.hash.withLock { $0 = "hash-2" }
            for work in ["precheck", "apply"] {
                let error = await #expect(throws: ControlError.self) {
                    if work == "apply" {
                        _ = try await installer.apply(update, to: Ref("H2"))
                    } else {
                        _ = try await installer.precheck(update, on: Ref("H2"))
                    }
                }
                let words = RemoteWords(remote.mirror.database.snapshot).sentence(try #require(error))
                #expect(words.contains("synchronised again"))
            }
        }
        #expect(pool.deeds.count { $0 == "Async.host.apply_updates" } == 1)
    }

    @Test func `what is no longer what was pinned is found out before a host is emptied, and looked at`() async throws {
        let desk = Desk()
        try await withRemote(Self.pool(desk)) { remote in
            let installer = try remote.control.installer()
            let update = try await installer.prepare(.repositories) { _ in }
            try await installer.confirm(update, on: Ref("H2"))
            desk.hash.withLock { $0 = "hash-2" }
            let error = await #expect(throws: ControlError.self) { try await installer.confirm(update, on: Ref("H2")) }
            #expect(error?.code == "UPDATEINFO_HASH_MISMATCH")
            // Whoever shows what is offered hears of it.
            var news = remote.control.newOffers.makeAsyncIterator()
            #expect(await news.next() != nil)
        }
    }

    @Test func `VMs elsewhere and want of room keep no host from updates; what ties a VM here does`() async throws {
        for (words, isRefused) in [
            (["NO_HOSTS_AVAILABLE", "V2"], false), (["NO_HOSTS_AVAILABLE", "V1"], false),
            (["HOST_NOT_ENOUGH_FREE_MEMORY", "1", "2", "V1"], false), (["VM_REQUIRES_SR", "V2", "S"], false),
            (["VM_REQUIRES_SR", "V1", "S"], true), (["LICENCE_RESTRICTION", "updates"], true),
        ] {
            let pool = Self.pool(Desk(), ["pool.check_update_readiness": { _, _ in .set([.strings(words)]) }])
            try await withRemote(pool) { remote in
                let installer = try remote.control.installer()
                let update = try await installer.prepare(.repositories) { _ in }
                do throws(ControlError) {
                    _ = try await installer.precheck(update, on: Ref("H1"))
                    #expect(!isRefused, "\(words)")
                } catch {
                    #expect(isRefused && error.code == words[0], "\(words)")
                }
            }
        }
    }

    @Test func `what keeps one host from updates does not keep the others`() async throws {
        let pool = Self.pool(
            Desk(),
            ["pool.check_update_readiness": { _, _ in .set([.strings(["HOST_OFFLINE", "H2"])]) }]
        )
        try await withRemote(pool) { remote in
            let installer = try remote.control.installer()
            let update = try await installer.prepare(.repositories) { _ in }
            _ = try await installer.precheck(update, on: Ref("H1"))
            let error = await #expect(throws: ControlError.self) {
                try await installer.precheck(update, on: Ref("H2"))
            }
            #expect(error?.code == "HOST_OFFLINE")
        }
    }

    @Test func `VMs that must restart remain to be done, and so does what nobody knows`() async throws {
        let pool = Self.pool(Desk())
        try await withRemote(pool) { remote in
            let installer = try remote.control.installer()
            let update = try await installer.prepare(.repositories) { _ in }
            pool.put("VM", "V1", ["pending_guidances": .strings(["restart_vm", "dance"])])
            let rest = try await installer.pendingGuidance(of: update, on: Ref("H1"))
            #expect(rest == [.restartVM, UpdateGuidance(rawValue: "dance")])
        }
    }

    @Test func `a pool without a repository says how to get one`() async throws {
        let pool = GenerationPool(["pool.sync_updates": { _, _ in .void }])
        pool.furnish(.xenserver8)
        try await withRemote(pool) { remote in
            let error = await #expect(throws: ControlError.self) {
                try await remote.control.installer().prepare(.repositories) { _ in }
            }
            let words = RemoteWords(remote.mirror.database.snapshot).sentence(try #require(error))
            #expect(words.contains("no repository is enabled") && words.contains("pitstop updates sync"), "\(words)")
        }
    }
}

/// XCP-ng: scripted is the plug-in, with a list of offers for each host that an update empties.
@Suite struct PackageInstallerTests {
    private final class Desk: Sendable {
        let offers = Mutex<[String: [String]]>(["H1": ["xen-4.17-1", "curl-8.0-2"], "H2": ["xen-4.17-1"]])
        let installed = Mutex<[String: [String: String]]>([:])
        let isOld = Mutex(false)
        /// How often each host has looked at its repositories.
        let looks = Mutex<[String: Int]>([:])
    }

    private static func pool(_ desk: Desk) -> GenerationPool {
        let pool = GenerationPool([
            "host.call_plugin": { _, parameters in
                let (host, function) = (parameters[0].text ?? "", parameters[2].text ?? "")
                #expect(parameters[1] == .string("updater.py"))
                switch function {
                case "check_update":
                    desk.looks.withLock { $0[host, default: 0] += 1 }
                    let packages = desk.offers.withLock { $0[host] ?? [] }.map { package in
                        let parts = package.split(separator: "-")
                        return
                            #"{"name":"\#(parts[0])","version":"\#(parts[1])","release":"\#(parts[2])","changelog":null}"#
                    }
                    return .string("[\(packages.joined(separator: ","))]")
                case "update":
                    let packages = desk.offers.withLock { $0.removeValue(forKey: host) ?? [] }
                    desk.installed.withLock { installed in
                        for package in packages {
                            installed[host, default: [:]][String(package.prefix { $0 != "-" })] = package + ".x86_64"
                        }
                    }
                    return .string(#"{"returncode":0}"#)
                case "query_installed" where !desk.isOld.withLock { $0 }:
                    let names = (parameters[3]["packages"]?.text ?? "").split(separator: ",").map(String.init)
                    let installed = desk.installed.withLock { $0[host] ?? [:] }
                    let answer = names.map { #""\#($0)":"\#(installed[$0] ?? "")""# }.joined(separator: ",")
                    return .string("{\(answer)}")
                default: throw APIError("UNKNOWN_XENAPI_PLUGIN_FUNCTION", [function])
                }
            }
        ])
        pool.furnish(.xcpng)
        return pool
    }

    @Test(arguments: [false, true])
    func `what all hosts are offered is pinned, and applied with exactly that`(isOld: Bool) async throws {
        let desk = Desk()
        desk.isOld.withLock { $0 = isOld }
        let pool = Self.pool(desk)
        try await withRemote(pool) { remote in
            let installer = try remote.control.installer()
            #expect(installer.kind == .xcpng)
            let update = try await installer.prepare(.repositories) { _ in }
            #expect(update.packages == ["curl-8.0-2", "xen-4.17-1"])
            #expect(update.id.count == 64)
            for host in ["H1", "H2"] {
                let host = Ref(host)
                _ = try await installer.precheck(update, on: host)
                #expect(try await !installer.isInstalled(update, on: host))
                #expect(try await installer.apply(update, to: host) == [.restartHost])
                #expect(try await installer.isInstalled(update, on: host))
                // Once more does nothing more.
                #expect(try await installer.apply(update, to: host).isEmpty)
            }
        }
    }

    @Test func `an offer is found again by its row, with the packages that hosts restart for`() async throws {
        try await withRemote(Self.pool(Desk())) { remote in
            let installer = try remote.control.installer()
            let offer = try #require(try await installer.offer())
            #expect(offer.notes?.restarting == ["xen"])
            _ = try await remote.control.enter(offer, at: Timestamp(seconds: 5000))
            let row = try #require(remote.mirror.database.snapshot.rows("pool_patch").first)
            let update = try await installer.find(row.uuid)
            #expect(update.id == offer.id && update.packages == offer.packages)
            #expect(try await installer.contents(of: update).sha256 == offer.id)
            #expect(await installer.published(update) == 5000)
        }
    }

    @Test func `a host is asked once a minute what it is offered, and anew after an update or a restart`() async throws
    {
        let desk = Desk()
        let pool = Self.pool(desk)
        try await withRemote(pool) { remote in
            let installer = try remote.control.installer()
            let update = try await installer.prepare(.repositories) { _ in }
            let host = Ref("H1")
            func asked() -> Int { desk.looks.withLock { $0["H1"] ?? 0 } }
            let before = asked()
            for _ in 0..<20 { #expect(try await installer.standing(of: host, [update]).updates.isEmpty) }
            #expect(asked() == before)
            // What decides whether anything is begun is asked there and then.
            try await installer.confirm(update, on: host)
            #expect(asked() == before + 1)
            _ = try await installer.apply(update, to: host)
            #expect(try await installer.standing(of: host, [update]).updates == [update.id])
            let applied = asked()
            for _ in 0..<20 { _ = try await installer.standing(of: host, [update]) }
            #expect(asked() == applied)
            pool.put("host", "H1", ["other_config": .pairs(["boot_time": "9000."])])
            #expect(try await installer.standing(of: host, [update]).updates == [update.id])
            #expect(asked() == applied + 1)
        }
    }

    @Test func `while others are at work a host is not asked again what it is offered`() async throws {
        let desk = Desk()
        let pool = Self.pool(desk)
        try await withRemote(pool) { remote in
            let installer = try remote.control.installer()
            let offer = try #require(try await installer.offer())
            _ = try await remote.control.enter(offer, at: Timestamp(seconds: 5000))
            let row = try #require(remote.mirror.database.snapshot.rows("pool_patch").first)
            let facts = UpdateFacts(uuid: row.uuid, label: "", sha256: offer.id, guidance: [])
            let performer = PoolPerformer(
                control: remote.control,
                installer: installer,
                spec: RunSpec(run: "r1", startedBy: "ann", updates: [facts]),
                gates: GateKeeper(gates: "/nonexistent", prechecks: "/nonexistent", pairs: "/nonexistent"),
                now: { Timestamp(seconds: 5000) }
            )
            func asked() -> Int { desk.looks.withLock { $0["H2"] ?? 0 } }
            desk.offers.withLock { $0["H2"] = ["xen-4.17-2"] }
            pool.put("host", "H2", ["current_operations": .pairs(["T": "evacuate"])])
            try await remote.mirror.refresh("host", Ref("H2"))
            let before = asked()
            let waiting = try await performer.inspect("uuid-H2")
            #expect(waiting.others?.isEmpty == false && waiting.withdrawn == nil && asked() == before)
            pool.put("host", "H2", ["current_operations": .map([])])
            try await remote.mirror.refresh("host", Ref("H2"))
            let free = try await performer.inspect("uuid-H2")
            #expect(free.withdrawn?.contains("xen-4.17-2") == true && asked() == before + 1)
        }
    }

    @Test func `packages that run below nothing need no restart`() async throws {
        let desk = Desk()
        desk.offers.withLock { $0 = ["H1": ["curl-8.0-2"]] }
        try await withRemote(Self.pool(desk)) { remote in
            let installer = try remote.control.installer()
            let update = try await installer.prepare(.repositories) { _ in }
            #expect(try await installer.apply(update, to: Ref("H1")).isEmpty)
        }
    }

    @Test func `hosts whose repositories differ are named`() async throws {
        let desk = Desk()
        desk.offers.withLock { $0["H2"] = ["xen-4.17-2"] }
        try await withRemote(Self.pool(desk)) { remote in
            let error = await #expect(throws: ControlError.self) {
                try await remote.control.installer().prepare(.repositories) { _ in }
            }
            let text = try #require(error?.description)
            #expect(text.contains("xs1") && text.contains("xs2") && text.contains("xen-4.17-2"), "\(text)")
        }
    }

    @Test func `what appears after the first host was begun is not installed on the others`() async throws {
        let desk = Desk()
        let pool = Self.pool(desk)
        try await withRemote(pool) { remote in
            let installer = try remote.control.installer()
            let update = try await installer.prepare(.repositories) { _ in }
            _ = try await installer.apply(update, to: Ref("H1"))
            desk.offers.withLock { $0["H2"] = ["xen-4.17-2"] }
            let error = await #expect(throws: ControlError.self) { try await installer.apply(update, to: Ref("H2")) }
            #expect(error?.description.contains("xen-4.17-2") == true)
        }
        #expect(desk.installed.withLock { $0["H2"] } == nil)
    }

    @Test func `a host without the plug-in is told by what it lacks`() async throws {
        let pool = GenerationPool([
            "host.call_plugin": { _, _ in throw APIError("XENAPI_MISSING_PLUGIN", ["updater.py"]) }
        ])
        pool.furnish(.xcpng)
        try await withRemote(pool) { remote in
            let error = await #expect(throws: ControlError.self) {
                try await remote.control.installer().prepare(.repositories) { _ in }
            }
            let words = RemoteWords(remote.mirror.database.snapshot).sentence(try #require(error))
            #expect(words.contains("xcp-ng-xapi-plugins"))
        }
    }
}
