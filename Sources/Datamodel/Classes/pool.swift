extension ClassModel {
    /// `pool`: the hosts that act as one; there is exactly one pool.
    static let pool = ClassModel(
        "pool",
        "The hosts that act as one; there is exactly one pool.",
        fields: poolFields,
        messages: poolMessages + poolUpdateMessages
    )
}
