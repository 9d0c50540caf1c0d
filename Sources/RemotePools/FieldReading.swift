import Datamodel
import PoolDatabase
import XenAPI

extension FieldType {
    /// A value of this type out of what a wire carries: XML-RPC sends numbers as text, JSON dates, and null for what is not
    /// finite.
    ///
    /// - Returns: nil where the value can not be one of this type.
    func reading(_ value: Value) -> Value? {
        switch self {
        case .string, .void, .enumeration: return value.text.map { Value.string($0) } ?? Self.text(value)
        case .ref: return value.text.map { Value.string($0.isEmpty ? Ref.null.rawValue : $0) }
        case .int:
            switch value {
            case .int: return value
            case .string(let text): return Int64(text).map { Value.int($0) }
            case .float(let number): return Int64(exactly: number).map { Value.int($0) }
            default: return nil
            }
        case .float:
            switch value {
            case .float: return value
            case .int(let number): return .float(Double(number))
            case .string(let text): return Double(text).map { Value.float($0) }
            default: return nil
            }
        case .bool:
            switch value {
            case .bool: return value
            case .string("true"): return .bool(true)
            case .string("false"): return .bool(false)
            default: return nil
            }
        case .datetime:
            if case .date = value { return value }
            return value.text.flatMap { Timestamp(iso8601: $0) }.map { Value.date($0) }
        case .set(let element):
            guard let elements = value.elements else { return nil }
            return .set(elements.compactMap(element.reading))
        case .map(_, let element):
            guard let members = value.members else { return nil }
            return .map(
                members.compactMap { member in element.reading(member.value).map { Value.Member(member.key, $0) } }
            )
        case .record: return value.members == nil ? nil : value
        }
    }

    /// A number or truth value where a text was expected, as it would have been written.
    private static func text(_ value: Value) -> Value? {
        switch value {
        case .int(let number): .string(String(number))
        case .bool(let flag): .string(flag ? "true" : "false")
        case .float(let number): .string("\(number)")
        case .date(let time): .string(time.iso8601)
        case .string, .set, .map: nil
        }
    }
}

extension Row {
    /// The image that an update of class `pool_patch` stands for, on pools that take images.
    var image: Ref { ref("pool_update") }
    /// The digest of an update's bytes, or of what is offered, in hex.
    var digest: String { string("sha256") }
    /// Of a pool: what a run has written there for as long as it goes on.
    var runMark: String? { map("other_config", RemoteControl.markKey) }
    /// Of a pool: whether it is in the middle of an upgrade of its hosts.
    var isBeingUpgraded: Bool { map("other_config", "rolling_upgrade_in_progress") != nil }
}
