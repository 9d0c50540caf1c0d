/// What XenAPI 6.0 consists of. The few items of later releases are marked with their release.
public enum Datamodel {
    /// The version of the API: major and minor number.
    public static let apiVersion: (major: Int64, minor: Int64) = (1, 9)

    /// The version of the database schema: major and minor number.
    public static let schemaVersion: (major: Int64, minor: Int64) = (5, 63)

    /// What `since` says of messages and errors that are Pitstop's own, and no product's.
    public static let ownRelease = "Pitstop 0.1"

    /// Every class by its name, such as `VM`.
    public static let classes: [String: ClassModel] = Dictionary(
        uniqueKeysWithValues: classesInOrder.map { ($0.name, $0) }
    )

    /// Every error by its code.
    public static let errors: [String: ErrorModel] = Dictionary(
        uniqueKeysWithValues: (ErrorModel.ofTheServer + ErrorModel.ofHosts + ErrorModel.ofPatches + ErrorModel.ofPools
            + ErrorModel.ofNetworks + ErrorModel.ofStorage + ErrorModel.ofVMs + ErrorModel.ofAccess
            + ErrorModel.ofWorkloadBalancing + ErrorModel.ofRollouts).map { ($0.code, $0) }
    )

    /// The messages of a class that are the same for all classes; empty for an unknown class.
    public static func implicitMessages(of className: String) -> [Message] {
        classes[className]?.implicitMessages ?? []
    }

    /// The relation whose worked-out side is this field, where there is one.
    public static func backReference(_ className: String, _ fieldName: String) -> Relation? {
        relations.first { $0.back.className == className && $0.back.fieldName == fieldName }
    }
}
