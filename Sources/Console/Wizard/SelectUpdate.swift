import PoolDatabase
import PoolPatching
import UpdatePackage

/// The second step: which update. Uploaded ones with their status, or one from disk.
struct SelectUpdate: Sendable {
    let page: WizardPage

    func content() async throws(PageError) -> HTML {
        let snapshot = page.visit.snapshot
        let updates = UpdateStatus.all(snapshot)
        let chosen = updates.first { $0.patch.uuid == page.wizard.update }
        var inspection: Inspection?
        if let chosen { inspection = await page.visit.console.shelf.inspection(of: chosen.patch) }
        return page.form("Next ›") {
            HTML.live("updates", table(updates))
            page.message("no-update", "Choose an update that is not fully applied, or upload one.")
            upload
            HTML.live("chosen", details(chosen, inspection, snapshot))
        }
    }

    private func table(_ updates: [UpdateStatus]) -> HTML {
        div(.id("updates")) {
            if updates.isEmpty {
                p { "No update is on the coordinator yet: upload one." }
            } else {
                Words.table("Updates on this pool", ["Update", "Description", "Status", "Hosts that have it"]) {
                    for update in updates { row(update) }
                }
            }
        }
    }

    private func row(_ update: UpdateStatus) -> HTML {
        let uuid = update.patch.uuid
        let isOff = update.reach == .fully || !update.hasFile || !page.mayChange
        var attributes: [Attribute] = [
            .type("radio"), .name("update"), .value(uuid), .id("update-" + uuid), .data("data-reload", "yes"),
        ]
        if uuid == page.wizard.update { attributes.append(.checked) }
        if isOff { attributes.append(.disabled) }
        return tr(.id("row-" + uuid)) {
            th(.scope("row")) {
                HTML.element(Tag("input", isVoid: true), attributes, .empty)
                label(.for("update-" + uuid)) { bdi { update.patch.nameLabel } }
            }
            td { update.patch.string("name_description") }
            td { Words.state(update.reach.words, update.reach.look) }
            td { update.having.isEmpty ? "none" : Words.names(update.having) }
        }
    }

    private var upload: HTML {
        .group([uploadFromDisk, uploadWithoutScripts])
    }

    /// Gigabytes are sent by a script that shows how far it is; whoever reads without scripts has `xe`.
    private var uploadWithoutScripts: HTML {
        .element(
            "noscript",
            [],
            p(.class("note")) {
                "This browser runs no scripts, so it can not upload from here. Upload the package with "
                code { "xe patch-upload -s HOST -u USER -pw PASSWORD file-name=FILE.xsupdate" }
                " and reload this page: the update is then in the list above."
            }
        )
    }

    private var uploadFromDisk: HTML {
        div(.class("drop"), .data("data-upload", page.wizard.id)) {
            label(.for("package")) { strong { "Upload an update from disk" } }
            p(.class("quiet")) {
                "Choose the .xsupdate file, or drop it here. Its signature is verified before anything of it runs."
            }
            input(.type("file"), .id("package"), .accept(".xsupdate,.asc,.gpg,.iso,.zip"))
            progress(.hidden, .value("0"), .max("1"), .aria("aria-label", "Upload"))
            p(.data("data-upload-text", "yes"), .role("status")) {}
        }
    }

    private func details(_ chosen: UpdateStatus?, _ inspection: Inspection?, _ snapshot: Snapshot) -> HTML {
        section(.id("chosen")) {
            if let chosen {
                div(.class("sheet")) {
                    h2 { chosen.patch.nameLabel }
                    PackageDetails.facts(chosen, inspection, snapshot)
                    p { a(.href("/updates/" + chosen.patch.uuid)) { "The update's article" } }
                }
                claims(chosen)
            }
        }
    }

    /// The article's note on the evaluated configuration, which a reader has to have seen.
    private func claims(_ chosen: UpdateStatus) -> HTML {
        let isAcknowledged = page.wizard.acknowledged == chosen.digest
        var attributes: [Attribute] = [.type("checkbox"), .name("claims"), .value(chosen.digest), .id("claims")]
        if isAcknowledged { attributes.append(.checked) }
        if !page.mayChange { attributes.append(.disabled) }
        if page.problem == "claims" {
            attributes += [.aria("aria-invalid", "true"), .aria("aria-describedby", "problem-claims")]
        }
        return fieldset {
            legend { "Security claims" }
            p {
                "If this pool is deployed in the evaluated Common Criteria configuration, an update may touch the security claims "
                "of the product's Security Target. A package does not say so itself: the article of its publisher does."
            }
            div(.class("choice")) {
                HTML.element(Tag("input", isVoid: true), attributes, .empty)
                label(.for("claims")) {
                    "I know what \(chosen.patch.nameLabel) means for the security claims of this pool, or it makes none."
                }
            }
            page.message("claims", "Confirm this before you go on.")
        }
    }
}

extension UpdateStatus {
    /// The package's SHA-256: with the uuid, its identity.
    var digest: String { PackageOrigin(patch).digest?.description ?? patch.uuid }
}
