extension ClassModel {
    /// `host`: a physical machine that runs VMs.
    static let host = ClassModel(
        "host",
        "A physical machine that runs VMs.",
        fields: hostFields,
        messages: hostMessages + hostInternalMessages + hostUpdateMessages
    )
}
