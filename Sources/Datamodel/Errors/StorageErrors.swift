extension ErrorModel {
    /// Errors on storage.
    static let ofStorage: [ErrorModel] = [
        ErrorModel(
            "DEFAULT_SR_NOT_FOUND",
            ["sr"],
            description: "The pool's default storage repository does not exist."
        ),
        ErrorModel("DEVICE_ALREADY_ATTACHED", ["device"], description: "The device is already attached to a VM."),
        ErrorModel("DEVICE_ALREADY_DETACHED", ["device"], description: "The device is not attached at the moment."),
        ErrorModel("DEVICE_ALREADY_EXISTS", ["device"], description: "The VM already has a device of this name."),
        ErrorModel("DEVICE_ATTACH_TIMEOUT", ["type", "ref"], description: "The device could not be attached in time."),
        ErrorModel(
            "DEVICE_DETACH_REJECTED",
            ["type", "ref", "msg"],
            description: "The VM refused to let go of the device."
        ),
        ErrorModel(
            "DEVICE_DETACH_TIMEOUT",
            ["type", "ref"],
            description: "The VM did not let go of the device in time."
        ),
        ErrorModel("DEVICE_NOT_ATTACHED", ["VBD"], description: "The operation needs the device to be attached."),
        ErrorModel(
            "ILLEGAL_VBD_DEVICE",
            ["vbd", "device"],
            description: "This is not a valid device name for a virtual disk."
        ),
        ErrorModel("INVALID_DEVICE", ["device"], description: "This is not a valid device name."),
        ErrorModel(
            "LOCATION_NOT_UNIQUE",
            ["SR", "location"],
            description: "A virtual disk with this location already exists in the storage repository."
        ),
        ErrorModel(
            "PBD_EXISTS",
            ["sr", "host", "pbd"],
            description: "The host is already connected to this storage repository."
        ),
        ErrorModel("SR_ATTACH_FAILED", ["sr"], description: "The storage repository could not be attached."),
        ErrorModel("SR_BACKEND_FAILURE", ["status", "stdout", "stderr"], description: "The storage driver failed."),
        ErrorModel("SR_DEVICE_IN_USE", description: "The device is already in use by another storage repository."),
        ErrorModel("SR_FULL", ["requested", "maximum"], description: "The storage repository is full."),
        ErrorModel(
            "SR_HAS_MULTIPLE_PBDS",
            ["PBD"],
            description: "The storage repository is connected to several hosts, so it cannot be made unshared."
        ),
        ErrorModel("SR_HAS_NO_PBDS", ["sr"], description: "The storage repository is connected to no host."),
        ErrorModel("SR_HAS_PBD", ["sr"], description: "The storage repository is still connected to a host."),
        ErrorModel(
            "SR_INDESTRUCTIBLE",
            ["sr"],
            description: "The storage repository is protected from being destroyed."
        ),
        ErrorModel("SR_NOT_EMPTY", description: "The storage repository still holds virtual disks."),
        ErrorModel(
            "SR_NOT_SHARABLE",
            ["sr", "host"],
            description: "The storage repository cannot be shared between hosts."
        ),
        ErrorModel("SR_OPERATION_NOT_SUPPORTED", ["sr"], description: "The storage repository cannot do this."),
        ErrorModel("SR_REQUIRES_UPGRADE", ["SR"], description: "The storage repository must be upgraded first."),
        ErrorModel("SR_UNKNOWN_DRIVER", ["driver"], description: "No storage driver for this type is installed."),
        ErrorModel("SR_UUID_EXISTS", ["uuid"], description: "A storage repository with this uuid already exists."),
        ErrorModel("SR_VDI_LOCKING_FAILED", description: "The virtual disk is locked by another operation."),
        ErrorModel("VBD_CDS_MUST_BE_READONLY", description: "A CD drive must be read-only."),
        ErrorModel("VBD_IS_EMPTY", ["vbd"], description: "The drive is empty."),
        ErrorModel("VBD_NOT_EMPTY", ["vbd"], description: "The drive is not empty."),
        ErrorModel("VBD_NOT_REMOVABLE_MEDIA", ["vbd"], description: "The device has no medium that can be ejected."),
        ErrorModel("VBD_NOT_UNPLUGGABLE", ["vbd"], description: "The drive cannot be unplugged while the VM runs."),
        ErrorModel("VBD_TRAY_LOCKED", ["vbd"], description: "The guest has locked the CD tray."),
        ErrorModel(
            "VDI_CONTAINS_METADATA_OF_THIS_POOL",
            ["vdi", "pool"],
            description: "The virtual disk holds the metadata of this pool."
        ),
        ErrorModel(
            "VDI_INCOMPATIBLE_TYPE",
            ["vdi", "type"],
            description: "The operation is not possible on a virtual disk of this type."
        ),
        ErrorModel("VDI_IN_USE", ["vdi", "operation"], description: "The virtual disk is in use."),
        ErrorModel(
            "VDI_IS_A_PHYSICAL_DEVICE",
            ["vdi"],
            description: "The operation is not possible on a physical device."
        ),
        ErrorModel("VDI_IS_NOT_ISO", ["vdi", "type"], description: "The operation is only possible on an ISO image."),
        ErrorModel(
            "VDI_LOCATION_MISSING",
            ["sr", "location"],
            description: "The storage repository holds nothing at this location."
        ),
        ErrorModel("VDI_MISSING", ["sr", "vdi"], description: "The storage driver cannot find the virtual disk."),
        ErrorModel("VDI_NOT_AVAILABLE", ["vdi"], description: "The virtual disk cannot be used at the moment."),
        ErrorModel("VDI_NOT_MANAGED", ["vdi"], description: "The virtual disk is not managed by the server."),
        ErrorModel("VDI_READONLY", ["vdi"], description: "The virtual disk is read-only."),
    ]
}
