import Foundation
import PoolDatabase
import PoolRollout
import Rollout
import XenAPI

/// The fifth step: who restarts the hosts, and how; with the plan that follows from it.
struct UpdateModeStep: Sendable {
    let page: WizardPage
    /// Nil while it is being made.
    let plan: RunPlan?
    private var wizard: Wizard { page.wizard }

    static func plan(_ wizard: Wizard, _ console: Console) async throws(PageError) -> RunPlan? {
        do throws(APIError) { return try await console.plans.plan(wizard.options) } catch { throw PageError(error) }
    }

    var content: HTML {
        let snapshot = page.visit.snapshot
        let isImpossible = wizard.mode == .automatic && plan?.impossible != nil
        let drawn = wizard.mode == .automatic ? plan.map { [WizardFacts.plan($0)] } ?? [] : []
        return page.form(isRestart ? "Restart hosts" : "Install update", isBlocked: isImpossible, showing: drawn) {
            if isRestart {
                p {
                    "VMs move away, hosts restart as planned, and each is seen to have booted anew before the next begins."
                }
            } else {
                p { "After an update is applied, tasks such as restarts are needed before it takes effect." }
                mode
            }
            HTML.live("policy", policy(snapshot))
            HTML.live("plan", show(plan, snapshot))
            HTML.live("expecting", expecting)
            page.message("busy", "Another run is active on this pool: wait for its end. It is on the page Runs.")
            page.message(
                "refused",
                "The pool has changed: go back to the pre-checks, which say what stands in the way."
            )
        }
    }

    private var isRestart: Bool { wizard.purpose == .restart }

    private var mode: HTML {
        fieldset {
            legend { "Who carries out the tasks after the update?" }
            choice(
                "mode",
                "automatic",
                wizard.mode == .automatic,
                "Pitstop, as soon as the update is applied",
                "VMs move away, hosts restart as planned and are proved to run the update."
            )
            choice(
                "mode",
                "manual",
                wizard.mode == .manual,
                "I do, myself",
                "The update is applied on every host. You restart the hosts; the run follows and proves each."
            )
        }
    }

    private func policy(_ snapshot: Snapshot) -> HTML {
        let isManual = wizard.mode == .manual
        return div(.id("policy")) {
            if !isManual {
                fieldset {
                    legend { "How" }
                    check(
                        "one",
                        wizard.isOneAtATime,
                        "One host at a time",
                        "Even where several could be down together."
                    )
                    check(
                        "approve",
                        wizard.approvesEach,
                        "I approve each host",
                        "Each host waits for your word before it goes down."
                    )
                    if !isRestart {
                        check(
                            "barrier",
                            wizard.hasBarrier,
                            "Apply everywhere first",
                            "The run then waits for your word before any host restarts."
                        )
                    }
                    canary(snapshot)
                    finishBy
                }
                ending
            }
            wizard.further.fields(
                wizard.options,
                now: page.visit.console.now(),
                isOpen: page.problem == "further",
                off
            )
            page.message("further", "Put right what is flagged among these, or empty it.")
        }
    }

    private var ending: HTML {
        fieldset {
            legend { "Where VMs are in the end" }
            choice("ending", "stay", wizard.ending == .stay, "Where the plan put them", "No VM moves a second time.")
            choice(
                "ending",
                "home",
                wizard.ending == .home,
                "Back where they were",
                "Those that can not go back are owed, and named."
            )
            choice(
                "ending",
                "balance",
                wizard.ending == .balance,
                "Spread over the hosts",
                "VMs move from fuller hosts to emptier ones once all are done."
            )
        }
    }

    private func canary(_ snapshot: Snapshot) -> HTML {
        let hosts = HostOrder.hosts(snapshot).filter { !wizard.excluded.contains($0.uuid) }
        return div(.class("field")) {
            label(.for("canary")) { "Watch one host first" }
            div(.class("inline")) {
                HTML.element(
                    "select",
                    [.name("canary"), .id("canary")] + off,
                    .group(
                        [option("", "No", wizard.canary.isEmpty)]
                            + hosts.dropFirst().map { option($0.uuid, $0.nameLabel, wizard.canary == $0.uuid) }
                    )
                )
                label(.for("canary-minutes")) { "for so many minutes:" }
                HTML.element(
                    Tag("input", isVoid: true),
                    [
                        .type("number"), .name("canary-minutes"), .id("canary-minutes"), .min("0"), .max("1440"),
                        .value(String(wizard.canaryMinutes)),
                    ] + off,
                    .empty
                )
            }
        }
    }

    private var finishBy: HTML {
        var attributes: [Attribute] = [
            .type("datetime-local"), .name("finish-by"), .id("finish-by"),
            .value(wizard.unusableFinishBy ?? wizard.finishBy.map(LocalTime.text) ?? ""),
        ]
        if wizard.unusableFinishBy != nil {
            attributes += [.aria("aria-invalid", "true"), .aria("aria-describedby", "problem-finish-by")]
        }
        return div(.class("field")) {
            label(.for("finish-by")) { "Finish by (UTC)" }
            HTML.element(Tag("input", isVoid: true), attributes + off, .empty)
            span(.class("quiet")) { " No host is begun that could not be back by then." }
            if wizard.unusableFinishBy != nil {
                p(.id("problem-finish-by"), .class("error"), .role("alert")) {
                    "Give a date and a time that are still to come, such as 2016-04-20T06:00."
                }
            }
        }
    }

    private var off: [Attribute] { page.mayChange ? [] : [.disabled] }

    private func option(_ value: String, _ text: String, _ isChosen: Bool) -> HTML {
        .element("option", [.value(value)] + (isChosen ? [.selected] : []), .text(text))
    }

    private func choice(_ name: String, _ value: String, _ isOn: Bool, _ text: String, _ more: String) -> HTML {
        box("radio", name, value, isOn, text, more)
    }

    private func check(_ name: String, _ isOn: Bool, _ text: String, _ more: String) -> HTML {
        box("checkbox", name, "yes", isOn, text, more)
    }

    private func box(_ type: String, _ name: String, _ value: String, _ isOn: Bool, _ text: String, _ more: String)
        -> HTML
    {
        let id = name + "-" + value
        return div(.class("choice")) {
            HTML.element(
                Tag("input", isVoid: true),
                [.type(type), .name(name), .value(value), .id(id)] + (isOn ? [.checked] : []) + off,
                .empty
            )
            label(.for(id)) {
                text
                small { more }
            }
        }
    }

    /// What the drawn plan was made for: a run that would be another one by the time it begins is not begun.
    private var expecting: HTML {
        let revision = wizard.mode == .automatic ? plan?.revision : nil
        return div(.id("expecting"), .hidden) {
            if let revision { input(.type("hidden"), .name("expecting"), .value(revision)) }
        }
    }

    private func show(_ plan: RunPlan?, _ snapshot: Snapshot) -> HTML {
        section(.id("plan"), .class("sheet")) {
            if wizard.mode == .manual {
                TaskList(wizard: wizard, snapshot: snapshot).html
                p { a(.href("/install/\(wizard.id)/tasks.txt"), .download) { "Save the tasks to a file" } }
            } else {
                h2 { "The plan" }
                if let reason = plan?.impossible {
                    p(.class("problem")) { reason }
                } else if let plan {
                    let hosts = HostOrder.hosts(snapshot).map { ($0.uuid, $0.nameLabel) }
                    let speed = page.visit.console.services.modelledSpeed
                    let gantt = Gantt(plan: plan, hosts: hosts, purpose: wizard.purpose, isModelled: speed != nil)
                    gantt.figures
                    if let speed { Words.modelled(speed) }
                    gantt.html
                } else {
                    p(.class("note"), .role("status")) {
                        "The plan is being made, which takes a while for a large pool. It comes here by itself; without scripts, reload the page."
                    }
                }
            }
        }
    }
}

/// Dates and times as browsers write them in forms, in UTC.
enum LocalTime {
    static func text(_ seconds: Int64) -> String {
        String(Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601).prefix(16))
    }

    static func seconds(_ text: String) -> Int64? {
        // Beyond the years that all clocks of the field can write, it is no time that anybody means.
        guard text.utf8.count <= 16 else { return nil }
        return (try? Date(text + ":00Z", strategy: .iso8601)).map { Int64($0.timeIntervalSince1970) }
    }
}
