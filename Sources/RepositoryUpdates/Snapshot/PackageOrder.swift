import UpdatePackage

/// A package's version, in the order of whose package it is.
enum PackageOrder: Hashable, Sendable, Comparable, CustomStringConvertible {
    case rpm(RPMVersion)
    case deb(DebVersion)

    static func < (one: PackageOrder, other: PackageOrder) -> Bool {
        switch (one, other) {
        case (.rpm(let one), .rpm(let other)): one < other
        case (.deb(let one), .deb(let other)): one < other
        case (.rpm, .deb): true
        case (.deb, .rpm): false
        }
    }

    var description: String {
        switch self {
        case .rpm(let version): version.description
        case .deb(let version): version.description
        }
    }
}
