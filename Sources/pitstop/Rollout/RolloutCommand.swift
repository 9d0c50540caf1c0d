import ArgumentParser

/// `pitstop rollout`: begins runs on a server and takes part in them.
struct RolloutCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollout",
        abstract: "Install updates on all hosts of a served pool, or restart them, in waves, without stopping a VM.",
        discussion: """
            A run is carried out by the server: it goes on when this command ends, and when the server dies and starts \
            again. RUN may be left out where there is only one run, or one that goes on.
            """,
        subcommands: [
            RolloutStart.self, RolloutPrechecks.self, RolloutList.self, RolloutShow.self, RolloutWatch.self,
            RolloutPause.self, RolloutResume.self, RolloutStopAfterHost.self, RolloutCancel.self, RolloutProceed.self,
            RolloutFixAll.self, RolloutSkip.self, RolloutRetry.self, RolloutApprove.self, RolloutConsent.self,
            RolloutReport.self, RolloutObligations.self, RolloutVerifyJournal.self, RolloutSchedule.self,
        ]
    )
}
