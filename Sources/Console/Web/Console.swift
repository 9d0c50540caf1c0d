import Foundation
public import Hummingbird

/// The web console: pages rendered on the server from the calls that XenAPI offers.
public struct Console: Sendable {
    let access: any PoolAccess
    let sessions: ConsoleSessions
    let routes: Routes
    let live: LivePages
    /// Seconds since the epoch.
    let now: @Sendable () -> Int64

    /// Puts a console together.
    ///
    /// - Parameters:
    ///   - access: the server.
    ///   - directory: where it keeps who is signed in and what is half done; made when it is needed.
    ///   - now: the time of day, in seconds since the epoch.
    public init(access: any PoolAccess, directory: String, now: @escaping @Sendable () -> Int64) {
        self.access = access
        self.now = now
        sessions = ConsoleSessions(access: access, path: directory + "/sessions.json", now: now)
        routes = Routes(all: Self.pages)
        live = LivePages()
    }

    /// Adds the console's routes: GET for pages, POST and PUT below `/do/` only.
    public func addRoutes(to router: Router<BasicRequestContext>) {
        for asset in Assets.all {
            router.get(RouterPath(asset.path)) { request, _ in asset.response(to: request) }
        }
        router.get("sign-in") { request, _ in await SignInDoor(console: self).show(request) }
        router.post("do/sign-in") { request, _ in await SignInDoor(console: self).signIn(request) }
        router.get("live") { request, _ in await LiveDoor(console: self).follow(request) }
        for route in routes.all {
            router.get(RouterPath(route.pattern)) { request, _ in await PageDoor(console: self).show(request) }
        }
        ActionDoor(console: self).addRoutes(to: router)
    }

    private static let pages: [Routes.Route] = [
        .init(pattern: "/") { visit throws(PageError) in try PoolPage.make(visit) },
        .init(pattern: "/hosts") { visit throws(PageError) in try HostsPage.make(visit) },
        .init(pattern: "/tasks") { visit throws(PageError) in TasksPage.make(visit) },
    ]
}
