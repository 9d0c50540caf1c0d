extension ErrorModel {
    /// Errors on patches.
    static let ofPatches: [ErrorModel] = [
        ErrorModel(
            "CANNOT_FETCH_PATCH",
            ["uuid"],
            description: "The requested update could to be obtained from the master."
        ),
        ErrorModel(
            "CANNOT_FIND_PATCH",
            description: "The file of the patch is no longer on the master; upload it again."
        ),
        ErrorModel("INVALID_PATCH", description: "The uploaded patch file is invalid"),
        ErrorModel(
            "INVALID_PATCH_WITH_LOG",
            ["log"],
            description: "The uploaded patch file is invalid.  See attached log for more details."
        ),
        ErrorModel("OUT_OF_SPACE", ["location"], description: "There is not enough space left."),
        ErrorModel("PATCH_ALREADY_APPLIED", ["patch"], description: "This patch has already been applied"),
        ErrorModel("PATCH_ALREADY_EXISTS", ["uuid"], description: "The uploaded patch file already exists"),
        ErrorModel(
            "PATCH_IS_ANOTHER_BUILD",
            ["uuid", "sha256_here", "sha256_uploaded"],
            since: Datamodel.ownRelease,
            description:
                "The pool has another package under this uuid. To install the uploaded one, remove the first with "
                + "patch-destroy; where hosts have the first, build the new one under a uuid of its own."
        ),
        ErrorModel(
            "UPLOAD_TOO_SLOW",
            ["bytes", "seconds"],
            since: Datamodel.ownRelease,
            description:
                "The upload brought less than it must in that time and was given up: send it over a faster link."
        ),
        ErrorModel(
            "PATCH_APPLY_FAILED",
            ["output"],
            description: "The patch apply failed.  Please see attached output."
        ),
        ErrorModel("PATCH_IS_APPLIED", description: "The specified patch is applied and cannot be destroyed."),
        ErrorModel(
            "PATCH_PRECHECK_FAILED_PREREQUISITE_MISSING",
            ["patch", "prerequisite_patch_uuid_list"],
            description: "The patch precheck stage failed: prerequisite patches are missing."
        ),
        ErrorModel(
            "PATCH_PRECHECK_FAILED_UNKNOWN_ERROR",
            ["patch", "info"],
            description: "The patch precheck stage failed; the text beside this says why."
        ),
        ErrorModel(
            "PATCH_PRECHECK_FAILED_VM_RUNNING",
            ["patch"],
            description: "The patch precheck stage failed: VMs still run on the server."
        ),
        ErrorModel(
            "PATCH_PRECHECK_FAILED_WRONG_SERVER_VERSION",
            ["patch", "found_version", "required_version"],
            description: "The patch precheck stage failed: the server is of an incorrect version."
        ),
        ErrorModel(
            "PATCH_PRECHECK_FAILED_WRONG_SERVER_BUILD",
            ["patch", "found_build", "required_build"],
            since: "6.1",
            description: "The patch precheck stage failed: the server is of an incorrect build."
        ),
        ErrorModel(
            "PATCH_PRECHECK_FAILED_ISO_MOUNTED",
            ["patch"],
            since: "6.2",
            description: "The patch precheck stage failed: a guest tools ISO is mounted in a VM; eject it."
        ),
        ErrorModel(
            "PATCH_PRECHECK_FAILED_OUT_OF_SPACE",
            ["patch", "found", "required"],
            since: "7.0",
            description: "The patch precheck stage failed: the server does not have enough space."
        ),
        ErrorModel(
            "PATCH_APPLY_FAILED_BACKUP_FILES_EXIST",
            ["output"],
            since: "7.0",
            description: "The patch apply failed: backup files of an earlier patch are still on the server."
        ),
        ErrorModel(
            "CATALOGUE_UNUSABLE",
            ["reason"],
            since: Datamodel.ownRelease,
            description: "The catalogue of updates can not be used."
        ),
    ]
}
