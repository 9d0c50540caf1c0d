import Basics
import Foundation

/// Mail by the machine's own `sendmail`, which knows how mail leaves here.
struct Mail: Sendable {
    let to: [String]
    let from: String
    /// The program, with its path.
    let program: String
    /// How long it may take.
    var patience = Duration.seconds(60)

    static let usualProgram = "/usr/sbin/sendmail"

    /// Whether a text can stand in a head of a mail as an address, and nothing but one.
    static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count <= 2 && parts.allSatisfy { !$0.isEmpty } && text.utf8.count <= 254
            && text.utf8.allSatisfy { (0x21..<0x7F).contains($0) && !"<>,;:\"()[]\\".utf8.contains($0) }
            && !text.hasPrefix("-")
    }

    func send(_ notice: Notice) async throws(Undelivered) {
        let sendmail = OutsideProgram(name: "sendmail", path: program, arguments: ["-t", "-i"], patience: patience)
        try await sendmail.tell(message(of: notice))
    }

    /// The whole mail, as `sendmail -t` reads it.
    func message(of notice: Notice) -> String {
        let id = notice.id.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") ? $0 : "." }
        let lines = [
            "From: \(from)", "To: \(to.joined(separator: ", "))", "Subject: \(Self.encoded(notice.subject))",
            "Date: \(Self.date(notice.at))", "Message-ID: <\(String(id))@pitstop.invalid>",
            "Auto-Submitted: auto-generated", "X-Pitstop-Notice: \(notice.id)", "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "",
        ]
        let run = notice.run.isEmpty ? "" : "\nRun: \(notice.run)"
        let text = notice.text.escaped(for: .text) + "\n\nPool: \(notice.pool)\(run)\n".escaped(for: .text)
        let body = Data(text.utf8).base64EncodedString(options: [.lineLength76Characters, .endLineWithLineFeed])
        return (lines + [body, ""]).joined(separator: "\n")
    }

    /// A head's text: whatever a VM or host is called ends no line, and begins no other head.
    private static func encoded(_ text: String) -> String {
        // 45 bytes of UTF-8 make 60 letters: a word may have 75.
        var words: [String] = []
        var word = ""
        for character in text.escaped(for: .line) {
            if word.utf8.count + character.utf8.count > 45 {
                words.append(word)
                word = ""
            }
            word.append(character)
        }
        words.append(word)
        return words.map { "=?utf-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\n ")
    }

    private static func date(_ seconds: Int64) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, d MMM yyyy HH:mm:ss '+0000'"
        return formatter.string(from: Date(timeIntervalSince1970: Double(seconds)))
    }
}
