extension ErrorModel {
    /// Errors on runs: Pitstop's own.
    static let ofRollouts: [ErrorModel] = [
        ErrorModel(
            "ROLLOUT_ACTIVE",
            ["rollout"],
            since: Datamodel.ownRelease,
            description: "Another run is active on this pool: wait for its end, or cancel it."
        ),
        ErrorModel(
            "ROLLOUT_PRECHECK_FAILED",
            ["problem", "problem…"],
            since: Datamodel.ownRelease,
            description: "The run was not begun: each parameter is one problem that stands in its way, as a sentence."
        ),
        ErrorModel(
            "ROLLOUT_CHANGED",
            ["change"],
            since: Datamodel.ownRelease,
            description:
                "The run was not begun: what it is about is not what was shown before. Look again, then begin it."
        ),
        ErrorModel(
            "ROLLOUT_WORD_REFUSED",
            ["reason"],
            since: Datamodel.ownRelease,
            description: "The word means nothing to the run now."
        ),
    ]
}
