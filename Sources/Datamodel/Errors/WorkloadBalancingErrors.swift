extension ErrorModel {
    /// Errors on workload balancing.
    static let ofWorkloadBalancing: [ErrorModel] = [
        ErrorModel(
            "WLB_AUTHENTICATION_FAILED",
            description: "The workload balancing server refused user name or password."
        ),
        ErrorModel("WLB_CONNECTION_REFUSED", description: "The workload balancing server refused the connection."),
        ErrorModel("WLB_CONNECTION_RESET", description: "The workload balancing server dropped the connection."),
        ErrorModel("WLB_DISABLED", description: "Workload balancing is off."),
        ErrorModel("WLB_INTERNAL_ERROR", description: "The workload balancing server failed."),
        ErrorModel(
            "WLB_MALFORMED_REQUEST",
            description: "The workload balancing server did not understand the request."
        ),
        ErrorModel(
            "WLB_MALFORMED_RESPONSE",
            ["method", "reason", "response"],
            description: "The answer of the workload balancing server cannot be read."
        ),
        ErrorModel("WLB_NOT_INITIALIZED", description: "No workload balancing server has been set."),
        ErrorModel(
            "WLB_TIMEOUT",
            ["configured_timeout"],
            description: "The workload balancing server did not answer in time."
        ),
        ErrorModel("WLB_UNKNOWN_HOST", description: "The workload balancing server was not found."),
        ErrorModel(
            "WLB_URL_INVALID",
            ["url"],
            description: "This is not a valid address of a workload balancing server."
        ),
        ErrorModel(
            "WLB_XENSERVER_AUTHENTICATION_FAILED",
            description: "The workload balancing server could not log in to the pool."
        ),
        ErrorModel(
            "WLB_XENSERVER_CONNECTION_REFUSED",
            description: "The pool refused the workload balancing server's connection."
        ),
        ErrorModel(
            "WLB_XENSERVER_MALFORMED_RESPONSE",
            description: "The workload balancing server could not read the pool's answer."
        ),
        ErrorModel(
            "WLB_XENSERVER_TIMEOUT",
            description: "The pool did not answer the workload balancing server in time."
        ),
        ErrorModel("WLB_XENSERVER_UNKNOWN_HOST", description: "The workload balancing server did not find the pool."),
    ]
}
