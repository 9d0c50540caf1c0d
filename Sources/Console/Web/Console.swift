import Foundation
public import Hummingbird
import PoolDatabase
public import PoolPatching
public import PoolRollout
public import UpdatePackage
import XenAPI

/// What the console shows besides the pool's objects.
public struct ConsoleServices: Sendable {
    let rollouts: RolloutService
    let patches: PatchService
    let trust: TrustStore
    /// Seconds of modelled time that pass in a real one; nil where hosts are real.
    let modelledSpeed: Double?

    /// Brings them together.
    ///
    /// - Parameter modelledSpeed: how fast the time of modelled hosts runs; nil where hosts are real.
    public init(
        rollouts: RolloutService,
        patches: PatchService,
        trust: TrustStore,
        modelledSpeed: Double? = nil
    ) {
        (self.rollouts, self.patches, self.trust) = (rollouts, patches, trust)
        self.modelledSpeed = modelledSpeed
    }
}

/// The web console: pages rendered on the server from the calls that XenAPI offers.
public struct Console: Sendable {
    let access: any PoolAccess
    let services: ConsoleServices
    let sessions: ConsoleSessions
    let wizards: WizardStore
    let shelf: PackageShelf
    let plans: PlanShelf
    let routes: Routes
    let live = LivePages()
    /// Seconds since the epoch.
    let now: @Sendable () -> Int64

    /// Puts a console together.
    ///
    /// - Parameters:
    ///   - access: the server.
    ///   - directory: where it keeps who is signed in and what is half done; made when it is needed.
    ///   - now: the time of day, in seconds since the epoch.
    public init(
        access: any PoolAccess,
        services: ConsoleServices,
        directory: String,
        now: @escaping @Sendable () -> Int64
    ) {
        (self.access, self.services, self.now) = (access, services, now)
        sessions = ConsoleSessions(access: access, path: directory + "/sessions.json", now: now)
        wizards = WizardStore(path: directory + "/wizards.json", bell: live.bell, now: now)
        shelf = PackageShelf { patch in try? await services.patches.inspect(patch.ref) }
        plans = PlanShelf(services.rollouts, bell: live.bell)
        routes = Routes(all: Self.pages)
    }

    /// Adds the console's routes: GET for pages, POST and PUT below `/do/` only.
    public func addRoutes(to router: Router<BasicRequestContext>) {
        for asset in Assets.all {
            router.get(RouterPath(asset.path)) { request, _ in asset.response(to: request) }
        }
        let signIn = SignInDoor(console: self)
        router.get("favicon.ico") { _, _ in Answer.seeOther("/assets/pitstop.svg") }
        router.get("sign-in") { request, _ in await signIn.show(request) }
        router.post("do/sign-in") { request, _ in await signIn.signIn(request) }
        router.get("live") { [door = LiveDoor(console: self)] request, _ in await door.follow(request) }
        let pages = PageDoor(console: self)
        for route in routes.all {
            router.get(RouterPath(route.pattern)) { request, _ in await pages.show(request) }
        }
        // What nobody serves is said to be missing, to those who have signed in and to the others. The router looks no further
        // where a path is the beginning of one that is served.
        for path in ["**", "assets"] + routes.beginnings {
            router.get(RouterPath(path)) { request, _ in await pages.missing(request) }
        }
        DownloadDoor(pages: pages).addRoutes(to: router)
        UploadDoor(console: self).addRoutes(to: router)
        ActionDoor(console: self).addRoutes(to: router)
    }

    private static let pages: [Routes.Route] = [
        .init(pattern: "/") { visit throws(PageError) in try await PoolPage.make(visit) },
        .init(pattern: "/hosts") { visit throws(PageError) in await HostsPage.make(visit) },
        .init(pattern: "/hosts/:host") { visit throws(PageError) in try await HostPage.make(visit) },
        .init(pattern: "/vms") { visit throws(PageError) in VMsPage.make(visit) },
        .init(pattern: "/vms/:vm") { visit throws(PageError) in try await VMPage.make(visit) },
        .init(pattern: "/updates") { visit throws(PageError) in await UpdatesPage.make(visit) },
        .init(pattern: "/updates/:update") { visit throws(PageError) in try await UpdatePage.make(visit) },
        .init(pattern: "/runs") { visit throws(PageError) in await RunsPage.make(visit) },
        .init(pattern: "/runs/:run") { visit throws(PageError) in try await RunPage.make(visit) },
        .init(pattern: "/install/:wizard/:step") { visit throws(PageError) in try await WizardPage.make(visit) },
        .init(pattern: "/tasks") { visit throws(PageError) in await TasksPage.make(visit) },
        .init(pattern: "/trust") { visit throws(PageError) in try await TrustPage.make(visit) },
        .init(pattern: "/audit") { visit throws(PageError) in await AuditPage.make(visit) },
    ]
}
