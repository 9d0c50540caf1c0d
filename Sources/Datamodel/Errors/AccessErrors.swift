extension ErrorModel {
    /// Errors on users, certificates and licences.
    static let ofAccess: [ErrorModel] = [
        ErrorModel(
            "ACTIVATION_WHILE_NOT_FREE",
            description: "An activation key can only be applied while the edition is the free one."
        ),
        ErrorModel(
            "AUTH_ALREADY_ENABLED",
            ["current auth_type", "current service_name"],
            description: "This host already takes its users from a directory service."
        ),
        ErrorModel("AUTH_DISABLE_FAILED", ["message"], description: "The host could not leave the directory service."),
        ErrorModel(
            "AUTH_DISABLE_FAILED_PERMISSION_DENIED",
            ["message"],
            description: "The host could not leave the directory service: permission was denied."
        ),
        ErrorModel(
            "AUTH_DISABLE_FAILED_WRONG_CREDENTIALS",
            ["message"],
            description: "The host could not leave the directory service: user name or password is wrong."
        ),
        ErrorModel("AUTH_ENABLE_FAILED", ["message"], description: "The host could not join the directory service."),
        ErrorModel(
            "AUTH_ENABLE_FAILED_DOMAIN_LOOKUP_FAILED",
            ["message"],
            description: "The host could not join the directory service: its domain was not found."
        ),
        ErrorModel(
            "AUTH_ENABLE_FAILED_PERMISSION_DENIED",
            ["message"],
            description: "The host could not join the directory service: permission was denied."
        ),
        ErrorModel(
            "AUTH_ENABLE_FAILED_UNAVAILABLE",
            ["message"],
            description: "The host could not join the directory service: it cannot be reached."
        ),
        ErrorModel(
            "AUTH_ENABLE_FAILED_WRONG_CREDENTIALS",
            ["message"],
            description: "The host could not join the directory service: user name or password is wrong."
        ),
        ErrorModel(
            "AUTH_IS_DISABLED",
            description: "No directory service is in use, so its users cannot be looked up."
        ),
        ErrorModel("AUTH_SERVICE_ERROR", ["message"], description: "The directory service answered with an error."),
        ErrorModel("AUTH_UNKNOWN_TYPE", ["type"], description: "This kind of directory service is unknown."),
        ErrorModel(
            "CERTIFICATE_ALREADY_EXISTS",
            ["name"],
            description: "A certificate of this name is already installed."
        ),
        ErrorModel("CERTIFICATE_CORRUPT", ["name"], description: "The certificate cannot be read."),
        ErrorModel("CERTIFICATE_DOES_NOT_EXIST", ["name"], description: "There is no certificate of this name."),
        ErrorModel("CERTIFICATE_LIBRARY_CORRUPT", description: "The collection of certificates cannot be read."),
        ErrorModel("CERTIFICATE_NAME_INVALID", ["name"], description: "This is not a valid name for a certificate."),
        ErrorModel("CHANGE_PASSWORD_REJECTED", ["msg"], description: "The new password was refused."),
        ErrorModel("CRL_ALREADY_EXISTS", ["name"], description: "A revocation list of this name is already installed."),
        ErrorModel("CRL_CORRUPT", ["name"], description: "The revocation list cannot be read."),
        ErrorModel("CRL_DOES_NOT_EXIST", ["name"], description: "There is no revocation list of this name."),
        ErrorModel("CRL_NAME_INVALID", ["name"], description: "This is not a valid name for a revocation list."),
        ErrorModel("FEATURE_RESTRICTED", description: "The licence does not include this feature."),
        ErrorModel("INVALID_EDITION", ["edition"], description: "This edition does not exist."),
        ErrorModel("LICENCE_RESTRICTION", description: "The licence does not allow this."),
        ErrorModel(
            "LICENSE_CANNOT_DOWNGRADE_WHILE_IN_POOL",
            description: "The licence cannot be lowered while the host is in a pool."
        ),
        ErrorModel(
            "LICENSE_CHECKOUT_ERROR",
            ["reason"],
            description: "No licence could be taken from the licence server."
        ),
        ErrorModel("LICENSE_DOES_NOT_SUPPORT_POOLING", description: "The licence does not include pools."),
        ErrorModel("LICENSE_DOES_NOT_SUPPORT_XHA", description: "The licence does not include HA."),
        ErrorModel("LICENSE_EXPIRED", description: "The licence has run out."),
        ErrorModel("LICENSE_FILE_DEPRECATED", description: "This kind of licence file is no longer in use."),
        ErrorModel("LICENSE_PROCESSING_ERROR", description: "The licence could not be read."),
        ErrorModel(
            "MISSING_CONNECTION_DETAILS",
            description: "The connection details of the licence server are missing."
        ),
        ErrorModel("PERMISSION_DENIED", ["message"], description: "The caller may not do this."),
        ErrorModel(
            "POOL_AUTH_ALREADY_ENABLED",
            ["host"],
            description: "A host of the pool already takes its users from a directory service."
        ),
        ErrorModel(
            "POOL_AUTH_DISABLE_FAILED",
            ["host", "message"],
            description: "The pool could not leave the directory service."
        ),
        ErrorModel(
            "POOL_AUTH_DISABLE_FAILED_PERMISSION_DENIED",
            ["host", "message"],
            description: "The pool could not leave the directory service: permission was denied."
        ),
        ErrorModel(
            "POOL_AUTH_DISABLE_FAILED_WRONG_CREDENTIALS",
            ["host", "message"],
            description: "The pool could not leave the directory service: user name or password is wrong."
        ),
        ErrorModel(
            "POOL_AUTH_ENABLE_FAILED",
            ["host", "message"],
            description: "The pool could not join the directory service."
        ),
        ErrorModel(
            "POOL_AUTH_ENABLE_FAILED_DOMAIN_LOOKUP_FAILED",
            ["host", "message"],
            description: "The pool could not join the directory service: its domain was not found."
        ),
        ErrorModel(
            "POOL_AUTH_ENABLE_FAILED_DUPLICATE_HOSTNAME",
            ["host", "message"],
            description: "The pool could not join the directory service: two hosts have the same name."
        ),
        ErrorModel(
            "POOL_AUTH_ENABLE_FAILED_INVALID_OU",
            ["host", "message"],
            description: "The pool could not join the directory service: the organisational unit does not exist."
        ),
        ErrorModel(
            "POOL_AUTH_ENABLE_FAILED_PERMISSION_DENIED",
            ["host", "message"],
            description: "The pool could not join the directory service: permission was denied."
        ),
        ErrorModel(
            "POOL_AUTH_ENABLE_FAILED_WRONG_CREDENTIALS",
            ["host", "message"],
            description: "The pool could not join the directory service: user name or password is wrong."
        ),
        ErrorModel(
            "POOL_JOINING_EXTERNAL_AUTH_MISMATCH",
            description: "The joining host takes its users from another directory service than the pool."
        ),
        ErrorModel(
            "RBAC_PERMISSION_DENIED",
            ["permission", "message"],
            description: "The caller's role does not allow this call."
        ),
        ErrorModel("ROLE_ALREADY_EXISTS", description: "The user already has this role."),
        ErrorModel("ROLE_NOT_FOUND", description: "There is no such role."),
        ErrorModel("SESSION_AUTHENTICATION_FAILED", description: "User name or password is wrong."),
        ErrorModel("SESSION_INVALID", ["handle"], description: "The session has ended or never was; log in again."),
        ErrorModel("SESSION_NOT_REGISTERED", ["handle"], description: "The session has not registered for events."),
        ErrorModel(
            "SSL_VERIFY_ERROR",
            ["reason"],
            description: "The certificate of the remote server could not be verified."
        ),
        ErrorModel("SUBJECT_ALREADY_EXISTS", description: "This user or group may already log in."),
        ErrorModel(
            "SUBJECT_CANNOT_BE_RESOLVED",
            description: "The directory service does not know this user or group."
        ),
        ErrorModel("USER_IS_NOT_LOCAL_SUPERUSER", ["msg"], description: "Only the local superuser may do this."),
        ErrorModel("V6D_FAILURE", description: "The licence service failed."),
    ]
}
