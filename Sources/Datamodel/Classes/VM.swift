extension ClassModel {
    /// `VM`: a virtual machine, a template, a snapshot or a host's control domain.
    static let vm = ClassModel(
        "VM",
        "A virtual machine, a template, a snapshot or a host's control domain.",
        isConstructible: true,
        role: .vmAdmin,
        fields: vmFields,
        messages: vmMessages + vmSettingMessages
    )
}
