import Basics
import Foundation
import UpdatePackage

/// Who is told of what, and by which way.
struct Receiver: Sendable {
    /// The way to somebody.
    enum Way: Sendable {
        /// An address that takes JSON.
        case webhook(Webhook)
        /// Mail by the machine's own `sendmail`.
        case mail(Mail)
        /// A program of the operator's, with the notice as JSON on its standard input.
        case program(OutsideProgram)
        /// The pool's own `message` objects, which XenCenter shows.
        case pool(@Sendable (Notice) async throws -> Void)
    }

    let name: String
    let way: Way
    /// What it is told of; nil for everything.
    var events: Set<Notice.Event>?

    func wants(_ event: Notice.Event) -> Bool { event == .test || (events?.contains(event) ?? true) }

    /// Tells it.
    ///
    /// - Throws: ``Undelivered``.
    func send(_ notice: Notice) async throws(Undelivered) {
        switch way {
        case .webhook(let webhook): try await webhook.send(notice)
        case .mail(let mail): try await mail.send(notice)
        case .program(let program): try await program.tell(String(decoding: notice.json(), as: UTF8.self))
        case .pool(let tell):
            do { try await tell(notice) } catch { throw Undelivered("The pool did not take it: \(error).") }
        }
    }
}

/// Why a receiver has not got a notice, in one sentence. No address is in it: those of chat rooms are as good as passwords.
struct Undelivered: Error, Hashable, Sendable, CustomStringConvertible {
    let description: String

    init(_ sentence: String) { description = sentence }
}

/// The file that names the receivers.
public struct NoticeReceivers: Sendable {
    let receivers: [Receiver]

    /// The names of all.
    public var names: [String] { receivers.map(\.name) }

    /// Nobody.
    public init() { receivers = [] }

    init(_ receivers: [Receiver]) { self.receivers = receivers }

    /// Tells one, or all, of a test.
    ///
    /// - Parameters:
    ///   - name: which; nil for all.
    ///   - notice: what to tell.
    /// - Returns: the name of each that was told, and why it has not got it; nil where it has.
    public func tell(_ notice: Notice, only name: String? = nil) async -> [(receiver: String, problem: String?)] {
        var results: [(receiver: String, problem: String?)] = []
        for receiver in receivers where name == nil || receiver.name == name {
            do throws(Undelivered) {
                try await receiver.send(notice)
                results.append((receiver.name, nil))
            } catch {
                results.append((receiver.name, error.description))
            }
        }
        return results
    }

    /// Reads a file, and the files of secrets that it names.
    ///
    /// - Throws: ``ManifestError`` with the line of what is not known or makes no sense; ``GivenFile/Refusal`` where it can not be
    ///   read.
    public init(file: String) throws {
        let path = URL(filePath: file).standardizedFileURL
        let bytes = try GivenFile.bytes(path.path, limit: 1 << 20)
        try self.init(
            yaml: String(decoding: bytes, as: UTF8.self),
            file: file,
            folder: path.deletingLastPathComponent().path
        )
    }

    init(yaml text: String, file: String, folder: String) throws {
        let yaml = try YAMLMapping(yaml: text, file: file, what: "file of receivers")
        try yaml.allow(["receivers"])
        var receivers: [Receiver] = []
        for entry in try yaml.mappings("receivers") {
            let receiver = try Self.receiver(entry, folder)
            guard !receivers.contains(where: { $0.name == receiver.name }), receiver.name != "pool" else {
                throw entry.error("name", "the name \(receiver.name) is taken: give each receiver another one")
            }
            receivers.append(receiver)
        }
        guard !receivers.isEmpty else { throw yaml.error("receivers", "there is no receiver") }
        self.receivers = receivers
    }

    private static let (nameKey, fromKey) = ("name", "from")

    private static func receiver(_ yaml: YAMLMapping, _ folder: String) throws -> Receiver {
        try yaml.allow(["name", "events", "webhook", "webhook-file", "secret", "template", "mail", "from", "sendmail"])
        let hooks = try [yaml.optionalString("webhook"), yaml.optionalString("webhook-file")].compactMap { $0 }
        let addresses = try yaml.strings("mail")
        guard hooks.count + (addresses.isEmpty ? 0 : 1) == 1 else {
            throw yaml.error("name", "a receiver has one of webhook, webhook-file and mail")
        }
        let way: Receiver.Way =
            addresses.isEmpty ? .webhook(try webhook(yaml, folder)) : .mail(try mail(yaml, addresses))
        return Receiver(name: try yaml.string(nameKey), way: way, events: try events(yaml))
    }

    private static func events(_ yaml: YAMLMapping) throws -> Set<Notice.Event>? {
        let words = try yaml.strings("events")
        guard !words.isEmpty else { return nil }
        return Set(
            try words.map { word in
                guard let event = Notice.Event(rawValue: word), event != .test else {
                    let known = Notice.Event.allCases.filter { $0 != .test }.map(\.rawValue).joined(separator: ", ")
                    throw yaml.error("events", "there is no event \(word); choose from \(known)")
                }
                return event
            }
        )
    }

    private static func webhook(_ yaml: YAMLMapping, _ folder: String) throws -> Webhook {
        for key in ["from", "sendmail"] where try yaml.optionalString(key) != nil {
            throw yaml.error(key, "\(key) belongs to mail")
        }
        let template = try yaml.optionalString("template") ?? "none"
        guard let form = Webhook.Template(rawValue: template) else {
            let known = Webhook.Template.allCases.map(\.rawValue).joined(separator: ", ")
            throw yaml.error("template", "there is no template \(template); choose from \(known)")
        }
        let isInFile = try yaml.optionalString("webhook") == nil
        let key = isInFile ? "webhook-file" : "webhook"
        let address = isInFile ? try secret(yaml, key, folder) ?? "" : try yaml.string(key)
        guard let url = URL(string: address), ["https", "http"].contains(url.scheme), url.host?.isEmpty == false else {
            throw yaml.error(key, "it is no address that begins with https:// or http://")
        }
        return Webhook(url: address, secret: try secret(yaml, "secret", folder), template: form)
    }

    private static func mail(_ yaml: YAMLMapping, _ addresses: [String]) throws -> Mail {
        for key in ["secret", "template"] where try yaml.optionalString(key) != nil {
            throw yaml.error(key, "\(key) belongs to a webhook")
        }
        let from = try yaml.string(fromKey)
        for (key, address) in addresses.map({ ("mail", $0) }) + [(fromKey, from)] where !Mail.isAddress(address) {
            throw yaml.error(key, "'\(address)' is no address of mail")
        }
        return Mail(to: addresses, from: from, program: try yaml.optionalString("sendmail") ?? Mail.usualProgram)
    }

    /// The first line of a file that a key names.
    private static func secret(_ yaml: YAMLMapping, _ key: String, _ folder: String) throws -> String? {
        guard let name = try yaml.optionalString(key) else { return nil }
        let path = name.hasPrefix("/") ? name : folder + "/" + name
        let bytes: [UInt8]
        do throws(GivenFile.Refusal) { bytes = try GivenFile.bytes(path, limit: 64 << 10) } catch {
            throw yaml.error(key, "\(error)")
        }
        guard let line = TextLines(bytes).lines.first, !line.isEmpty else {
            throw yaml.error(key, "the first line of \(path) is empty")
        }
        return line
    }
}
