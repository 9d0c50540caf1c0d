import Rollout

/// The first step: what to see to before an update.
struct BeforeYouStart: Sendable {
    let page: WizardPage

    private var isRestart: Bool { page.wizard.purpose == .restart }

    private var forUpdates: HTML {
        .group([
            li {
                "As with any software update, back up your data first. The pool's database can be dumped with xe pool-dump-database."
            },
            li {
                "Have the update's .xsupdate file at hand, or use one that is uploaded already. If it came in a zip, extract it first."
            },
        ])
    }

    var content: HTML {
        page.form("Next ›") {
            if isRestart {
                p { "This wizard restarts each host of this pool once, and installs nothing." }
            } else {
                p { "This wizard installs an update on the hosts of this pool." }
            }
            ul {
                if !isRestart { forUpdates }
                li {
                    "Hosts restart one after another or in groups, as the plan has it. VMs move away first, and none is stopped without your word."
                }
                li {
                    isRestart
                        ? "Avoid other changes to the pool until the last host is back."
                        : "From the first host's update to the last host's return the pool is in mixed state: avoid other changes to it meanwhile."
                }
                li {
                    "High availability and workload balancing have to be off meanwhile. The run can turn them off, and turns them on again."
                }
                li { "You need the role pool-operator or more." }
            }
            p(.class("note")) {
                "Your answers are kept on the server. You can close this page at any time and go on later, from any browser: see "
                a(.href("/runs")) { "Runs" }
                "."
            }
        }
    }
}
