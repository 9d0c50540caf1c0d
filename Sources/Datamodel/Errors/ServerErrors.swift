extension ErrorModel {
    /// Errors on calls, values and the server itself.
    static let ofTheServer: [ErrorModel] = [
        ErrorModel("COULD_NOT_IMPORT_DATABASE", ["reason"], description: "The database could not be imported."),
        ErrorModel(
            "DB_UNIQUENESS_CONSTRAINT_VIOLATION",
            ["table", "field", "value"],
            description: "Another object already has this value, which must be unique."
        ),
        ErrorModel(
            "EVENT_FROM_TOKEN_PARSE_FAILURE",
            ["token"],
            since: "6.1",
            description: "The token is none that event.from has given; begin again with an empty one."
        ),
        ErrorModel("EVENTS_LOST", description: "Some events were lost; read the objects again and register anew."),
        ErrorModel("FIELD_TYPE_ERROR", ["field"], description: "The value has the wrong type for this field."),
        ErrorModel(
            "HANDLE_INVALID",
            ["class", "handle"],
            description: "The reference names no object: it may have been destroyed."
        ),
        ErrorModel(
            "INTERNAL_ERROR",
            ["message"],
            description: "The server failed in a way that it did not expect; the message says how."
        ),
        ErrorModel("INVALID_VALUE", ["field", "value"], description: "This value is not valid for the field."),
        ErrorModel(
            "MAP_DUPLICATE_KEY",
            ["type", "param_name", "uuid", "key"],
            description: "The map already holds this key."
        ),
        ErrorModel("MESSAGE_DEPRECATED", description: "This call is no longer in use."),
        ErrorModel("MESSAGE_METHOD_UNKNOWN", ["method"], description: "There is no call of this name."),
        ErrorModel(
            "MESSAGE_PARAMETER_COUNT_MISMATCH",
            ["method", "expected", "received"],
            description: "The call has too many or too few parameters."
        ),
        ErrorModel("NOT_ALLOWED_ON_OEM_EDITION", ["command"], description: "This cannot be done on the OEM edition."),
        ErrorModel("NOT_IMPLEMENTED", ["function"], description: "Pitstop does not perform this call."),
        ErrorModel("OBJECT_NOLONGER_EXISTS", description: "The object no longer exists."),
        ErrorModel(
            "ONLY_ALLOWED_ON_OEM_EDITION",
            ["command"],
            description: "This can only be done on the OEM edition."
        ),
        ErrorModel(
            "OPERATION_BLOCKED",
            ["ref", "code"],
            description: "The operation has been blocked for this object."
        ),
        ErrorModel("OPERATION_NOT_ALLOWED", ["reason"], description: "The operation is not allowed now."),
        ErrorModel("OPERATION_PARTIALLY_FAILED", ["operation"], description: "Parts of the operation failed."),
        ErrorModel(
            "OTHER_OPERATION_IN_PROGRESS",
            ["class", "object"],
            description: "Another operation on the object is under way."
        ),
        ErrorModel("TASK_CANCELLED", ["task"], description: "The task was cancelled."),
        ErrorModel("TOO_BUSY", description: "The server is too busy; try again later."),
        ErrorModel("TOO_MANY_PENDING_TASKS", description: "Too many tasks are waiting; try again later."),
        ErrorModel("UUID_INVALID", ["type", "uuid"], description: "No object has this uuid."),
        ErrorModel(
            "VALUE_NOT_SUPPORTED",
            ["field", "value", "reason"],
            description: "This value is not supported for the field."
        ),
        ErrorModel(
            "XAPI_HOOK_FAILED",
            ["hook_name", "reason", "stdout", "exit_code"],
            description: "A script that runs around this operation failed."
        ),
        ErrorModel("XENAPI_MISSING_PLUGIN", ["name"], description: "No plug-in of this name is installed."),
        ErrorModel("XENAPI_PLUGIN_FAILURE", ["status", "stdout", "stderr"], description: "The plug-in failed."),
        ErrorModel(
            "XMLRPC_UNMARSHAL_FAILURE",
            ["expected", "received"],
            description: "The call cannot be read as XML-RPC."
        ),
    ]
}
