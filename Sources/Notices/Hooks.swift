import Foundation

/// The operator's own programs that are told what happens: those in `hooks/EVENT.d/`, each with the notice as JSON on its standard
/// input.
public struct Hooks: Sendable {
    let receivers: [Receiver]
    /// Programs that are not run, and why, in sentences.
    public let refusals: [String]

    /// Reads the folder; where there is none, there are no hooks.
    ///
    /// A program that others than its owner may write is not run: whoever can change it would have what the server may do.
    public init(folder: String) {
        var receivers: [Receiver] = []
        var refusals: [String] = []
        for directory in Self.names(in: folder) {
            let place = "\(folder)/\(directory)"
            guard directory.hasSuffix(".d"), let event = Notice.Event(rawValue: String(directory.dropLast(2))),
                event != .test
            else {
                let known = Notice.Event.allCases.filter { $0 != .test }.map { $0.rawValue + ".d" }.joined(
                    separator: ", "
                )
                refusals.append("\(place) is told nothing: hooks lie in \(known).")
                continue
            }
            for name in Self.names(in: place) {
                if let refusal = Self.refusal("\(place)/\(name)") {
                    refusals.append("\(place)/\(name) is not run: \(refusal).")
                    continue
                }
                let program = OutsideProgram(name: "hook \(name)", path: "\(place)/\(name)")
                receivers.append(Receiver(name: "\(directory)/\(name)", way: .program(program), events: [event]))
            }
        }
        (self.receivers, self.refusals) = (receivers, refusals)
    }

    /// What lies in a folder, but for what is hidden and what editors leave.
    private static func names(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
            .filter { !$0.hasPrefix(".") && !$0.hasSuffix("~") }.sorted()
    }

    private static func refusal(_ path: String) -> String? {
        guard let facts = try? FileManager.default.attributesOfItem(atPath: path),
            facts[.type] as? FileAttributeType == .typeRegular
        else { return "it is no file of its own" }
        guard let mode = (facts[.posixPermissions] as? NSNumber)?.intValue, mode & 0o022 == 0 else {
            return "others than its owner may write it (chmod go-w)"
        }
        return FileManager.default.isExecutableFile(atPath: path) ? nil : "this server's user may not run it (chmod +x)"
    }
}
