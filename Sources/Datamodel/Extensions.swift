extension Datamodel {
    /// Pitstop's own classes, beside the 45 of XenAPI 6.0: clients that do not know them miss nothing, and database dumps
    /// never hold them.
    public static let extensions: [ClassModel] = [.rollout]

    /// Every class that the server offers: XenAPI's, then Pitstop's own.
    public static let offered: [ClassModel] = classesInOrder + extensions
}
