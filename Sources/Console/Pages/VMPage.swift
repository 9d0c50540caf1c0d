import Datamodel
import Hummingbird
import PoolDatabase
import PoolOperations
import PoolRollout
import XenAPI

/// One VM: where it runs, what it has, what ties it to its host, and where else it could run.
struct VMPage: Sendable {
    let vm: Row
    let snapshot: Snapshot
    let now: RunNow

    static func make(_ visit: Visit) async throws(PageError) -> Page {
        let snapshot = visit.snapshot
        guard let vm = snapshot.row("VM", uuid: visit.parameter("vm")), vm.isGuest else { throw .notFound }
        let page = VMPage(vm: vm, snapshot: snapshot, now: await RunNow.read(visit.console))
        let targets = VMTargets(vm, snapshot)
        let body = HTML.group([
            h1 { bdi { vm.title } },
            HTML.live("vm-head", page.head),
            div(.class("columns")) {
                HTML.live("vm-facts", page.general)
                HTML.live("vm-ties", page.ties)
            },
            HTML.live("vm-drives", page.drives),
            HTML.live(
                "vm-targets",
                section(.id("vm-targets")) {
                    h2 { "Where it could run" }
                    if visit.signedIn.mayMoveVMs { page.move(targets) }
                    targets.table(snapshot)
                }
            ),
        ])
        return Page(title: vm.title, section: .vms, body: body, facts: page.shown.facts)
    }

    private var host: Row? { snapshot.stored("host", vm.runsOn) }

    /// What the button that moves it shows.
    var shown: Shown {
        let place = host.map { " on \($0.title)" } ?? ""
        let busy = vm.operationsUnderWay.map { ", \($0.word)" }.joined()
        let value = "\(vm.powerState) \(host?.uuid ?? "")"
        return Shown([Shown.Fact("vm", "VM \(vm.title)", now: vm.powerState + place + busy, value: value)])
    }

    private var head: HTML {
        div(.id("vm-head"), .class("sheet")) {
            p(.role("status")) {
                VMsPage.state(vm)
                if let host {
                    " on "
                    Links.host(host, snapshot)
                }
            }
            if let run = now.run, let move = run.moves.first(where: { $0.vm == vm.uuid }) {
                p(.class("note")) {
                    "Run "
                    Links.run(run)
                    " is moving it: \(move.progress.portion(of: 100)) %"
                }
            }
            if !vm.nameDescription.isEmpty { p(.class("quiet")) { vm.nameDescription } }
        }
    }

    private var general: HTML {
        let networks = snapshot.networks(of: vm).map(\.title)
        return section(.id("vm-facts"), .class("sheet")) {
            h2 { "General" }
            dl(.class("facts")) {
                dt { "Memory" }
                dd { Words.size(vm.memory) }
                dt { "Virtual processors" }
                dd { String(vm.processors) }
                dt { "Networks" }
                dd { networks.isEmpty ? "none" : networks.joined(separator: ", ") }
                dt { "UUID" }
                dd { code { vm.uuid } }
            }
        }
    }

    private var ties: HTML {
        let ties = VMTies(vm, snapshot)
        return section(.id("vm-ties"), .class("sheet")) {
            h2 { "What ties it to its host" }
            if ties.isEmpty { p { "Nothing: it can move while it runs, where another host has room." } }
            if !ties.isEmpty { ul { for reason in ties.reasons { li { reason } } } }
        }
    }

    private var drives: HTML {
        let drives = snapshot.drives(of: vm)
        return section(.id("vm-drives")) {
            h2 { "Drives" }
            if drives.isEmpty { p { "It has none." } }
            if !drives.isEmpty {
                Words.table("Drives", ["Number", "Holds", "Size", "Storage", "Shared"]) {
                    for drive in drives { line(drive) }
                }
            }
        }
    }

    private func line(_ drive: Row) -> HTML {
        let disk = drive.isEmptyDrive ? nil : snapshot.disk(in: drive)
        let sr = disk.flatMap(snapshot.home)
        return tr {
            th(.scope("row")) { drive.driveNumber }
            td { bdi { disk?.title ?? (drive.isDisc ? "no disc" : "nothing") } }
            td(.class("count")) { disk.map { Words.size($0.virtualSize) } ?? "" }
            td { bdi { sr?.title ?? "" } }
            td { sr.map { $0.isShared ? "yes" : "no" } ?? "" }
        }
    }

    private func move(_ targets: VMTargets) -> HTML {
        guard vm.powerState == "Running" else { return .empty }
        if let host, let run = now.run, now.holds(host) {
            return p(.class("note")) {
                "Run "
                Links.run(run)
                " looks after its host now, and moves it where that is needed."
            }
        }
        guard !targets.open.isEmpty else { return p(.class("note")) { "No other host can take it now." } }
        return details(.class("sure"), .id("sure-move")) {
            summary { "Move…" }
            div(.class("warning")) {
                p {
                    "It moves while it runs; its users notice a short pause at most. Where the move fails, it runs on where "
                    "it is."
                }
                post(to: "/do/vms/\(vm.uuid)/move", shown, .class("row")) {
                    label(.for("move-to")) { "To" }
                    HTML.element(
                        "select",
                        [.id("move-to"), .name("to")],
                        .group(
                            targets.open.map { target in
                                option(.value(target.host.uuid)) {
                                    "\(target.host.title) (\(Words.size(target.free)) free)"
                                }
                            }
                        )
                    )
                    button(.class("primary")) { "Move the VM" }
                }
            }
        }
    }
}

/// Which hosts could take a VM now, and why the others can not.
struct VMTargets: Sendable {
    struct Target: Sendable {
        let host: Row
        /// Bytes of memory.
        let free: Int64
        /// Nil where it can take the VM.
        let obstacle: String?
    }

    private let all: [Target]
    /// Those that can, the roomiest first.
    var open: [Target] { all.filter { $0.obstacle == nil }.sorted { $0.free > $1.free } }

    /// The list shows so many.
    private static let most = 300

    init(_ vm: Row, _ snapshot: Snapshot) {
        let free = MemoryAccounting.free(in: snapshot)
        let need = MemoryAccounting.need(vm)
        var checks = PlacementChecks(in: snapshot)
        all = HostOrder.hosts(snapshot).filter { $0.ref != vm.runsOn }.map { host in
            let room = free[host.ref] ?? 0
            var obstacle: String?
            do throws(APIError) {
                try checks.assertCanRun(vm, on: host)
                if need > room { throw APIError("HOST_NOT_ENOUGH_FREE_MEMORY", [String(need), String(room)]) }
            } catch {
                obstacle = FailureWords(snapshot, host: host.ref).sentence(error)
            }
            return Target(host: host, free: room, obstacle: obstacle)
        }
    }

    func table(_ snapshot: Snapshot) -> HTML {
        guard !all.isEmpty else { return p { "The pool has no other host." } }
        return Words.table("Other hosts", ["Host", "Free memory", "Can take it"]) {
            for target in all.prefix(Self.most) {
                tr {
                    th(.scope("row")) { Links.host(target.host, snapshot) }
                    td(.class("count")) { Words.size(target.free) }
                    td { target.obstacle.map { HTML.text($0) } ?? Words.state("Yes", "good") }
                }
            }
        }
    }
}

extension ActionDoor {
    /// What may be done with a VM.
    func addVMActions(to router: Router<BasicRequestContext>) {
        let shows: Showing = { action throws(PageError) in
            let page = try await Self.page(action)
            return ("/vms/" + page.vm.uuid, page.shown)
        }
        post("vms/:vm/move", .vmPowerAdmin, router, shows: shows) { action throws(PageError) in
            let page = try await Self.page(action)
            guard let to = action.snapshot.row("host", uuid: action.form["to"]) else { throw .notFound }
            if let host = action.snapshot.row("host", page.vm.runsOn), let run = page.now.run, page.now.holds(host) {
                throw PageError(
                    409,
                    "A run looks after its host",
                    "The run \(run.name) has \(host.title) in hand. Pause or cancel the run on its page, or wait for its end."
                )
            }
            let references = [page.vm.ref, to.ref].map { Value.string($0.rawValue) }
            try await action.call("Async.VM.pool_migrate", references[0], references[1], .pairs(["live": "true"]))
            return Answer.seeOther("/tasks")
        }
    }

    private static func page(_ action: Action) async throws(PageError) -> VMPage {
        guard let vm = action.snapshot.row("VM", uuid: action.parameters["vm"] ?? ""), vm.isGuest else {
            throw .notFound
        }
        return VMPage(vm: vm, snapshot: action.snapshot, now: await RunNow.read(action.console))
    }
}
