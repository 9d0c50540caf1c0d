import ArgumentParser

/// `pitstop fleet`: many pools seen and updated as one.
struct FleetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fleet",
        abstract: "See many pools side by side, and update them ring by ring.",
        discussion: """
            A fleet is a file: its pools, each with the address at which its own Pitstop serves it, and its rings. A fleet run is \
            carried out by the command that began it, or by 'resume'; each pool's run by that pool's own Pitstop, which \
            goes on without the fleet.
            """,
        subcommands: [
            FleetStatusCommand.self, FleetPlanCommand.self, FleetStart.self, FleetShow.self, FleetPause.self,
            FleetResume.self, FleetCancel.self, FleetSkip.self, FleetApprove.self, FleetReportCommand.self,
        ]
    )
}
