import Datamodel
import PoolDatabase

/// What is around every page: head, navigation, who is signed in.
struct Frame: Sendable {
    let visit: Visit
    let page: Page
    let body: BodyVersion
    /// What waits for somebody; nil where the page is none that is followed.
    var attention: Attention?
    /// Whether the page follows what changes.
    var isLive = true

    func bytes(token: String) -> [UInt8] {
        var top = HTMLWriter()
        top.raw("<!doctype html><html lang=\"en\">")
        top.write(head(token))
        top.raw("<body>")
        top.write(banner)
        if let silence = visit.console.access.silence { top.write(p(.class("warning"), .role("alert")) { silence }) }
        top.raw(
            isLive ? "<main id=\"main\" tabindex=\"-1\" data-live data-version=\"" : "<main id=\"main\" data-version=\""
        )
        top.write(.text(body.version))
        top.raw("\">")
        var bottom = HTMLWriter()
        bottom.raw("</main><p id=\"status\" role=\"status\" class=\"status\"></p></body></html>")
        return top.page.bytes(token: token) + body.page.bytes(token: token) + bottom.page.bytes
    }

    private func head(_ token: String) -> HTML {
        .element(
            "head",
            [],
            .group([
                meta(.charset("utf-8")),
                meta(.name("viewport"), .content("width=device-width, initial-scale=1")),
                meta(.name("token"), .content(token)),
                .element("title", [], .text(title)),
                link(.rel("icon"), .href("/assets/pitstop.svg"), .type("image/svg+xml")),
                link(.rel("stylesheet"), .href("/assets/console.css")),
                .element(
                    "script",
                    [.type("module"), .src("/assets/console.js")],
                    .empty
                ),
            ])
        )
    }

    private var title: String {
        let title = "\(page.title) — \(poolName) — Pitstop"
        return attention?.title(title) ?? title
    }

    private var poolName: String {
        let name = (try? visit.snapshot.pool().nameLabel) ?? ""
        return name.isEmpty ? "Pool" : name
    }

    private var banner: HTML {
        header(.class("banner")) {
            a(.class("skip"), .href("#main")) { "Skip to the content" }
            a(.class("brand"), .href("/")) { "Pitstop" }
            span(.class("pool"), .title(poolName)) { bdi { poolName } }
            nav(.aria("aria-label", "Pool")) {
                ul {
                    for section in Section.allCases { item(section) }
                }
            }
            if visit.signedIn.mayOperate {
                post(to: "/do/install", .nothing) {
                    button(.class("primary")) { "Install Update…" }
                }
            }
            post(to: "/do/sign-out", .nothing, .class("who")) {
                span { "\(visit.signedIn.user) (\(visit.signedIn.role.rawValue))" }
                button(.class("plain")) { "Sign out" }
            }
        }
    }

    private func item(_ section: Section) -> HTML {
        let here = section == page.section
        let attributes: [Attribute] = [.href(section.path)] + (here ? [.aria("aria-current", "page")] : [])
        return li {
            HTML.element("a", attributes, .text(section.rawValue))
            if section == .runs {
                span(.id("badge"), .class("badge")) { attention.map { $0.count == 0 ? "" : $0.words } ?? "" }
            }
        }
    }
}

/// A page's content as written, and a name for exactly that content.
struct BodyVersion: Sendable {
    let page: RenderedPage
    let version: String

    init(_ body: HTML) {
        var writer = HTMLWriter()
        writer.write(body)
        page = writer.page
        version = String(Secret.digest(page.bytes).prefix(16))
    }
}
