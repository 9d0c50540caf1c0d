@testable import Basics
@testable import ClientReaders
@testable import ConsoleReaders
@testable import XenAPI

/// What the console and the client read of strangers, and what must hold whatever it is. Crashing is what none may do.
let doors: [String: @Sendable ([UInt8]) -> Void] = [
    "live-page": { bytes in
        let address = PageAddress(String(decoding: bytes, as: UTF8.self))
        precondition(!address.path.contains("?"))
    },
    "form": { bytes in
        let form = Form(String(decoding: bytes, as: UTF8.self))
        for (name, value) in form.last { precondition(form[name] == value && form.all(name).last == value) }
    },
    "xe-client": { bytes in
        // As they may arrive: in two pieces, cut where the first byte says.
        let cut = min(Int(bytes.first ?? 0), bytes.count)
        var decoder = CLIFrameDecoder()
        for piece in [bytes.dropFirst().prefix(cut), bytes.dropFirst(cut + 1)] {
            decoder.append(piece)
            do {
                _ = try decoder.greeting()
                while let message = try decoder.next() {
                    if case .httpPut(_, let url) = message { _ = try? Location(url) }
                    while decoder.blobBytesLeft > 0, !decoder.takeBlob().isEmpty {}
                }
            } catch { return }
        }
    },
    "xe-transfer": { bytes in
        _ = try? Location(String(decoding: bytes, as: UTF8.self))
        guard let (head, length) = ResponseHead.parse(bytes) else { return }
        precondition(length <= bytes.count && (head.length ?? 0) >= 0)
        // In pieces it is the same head.
        precondition(ResponseHead.parse(bytes.prefix(length), seen: length - 1)?.length == length)
    },
    "shown-text": { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        let line = text.escaped(for: .line)
        precondition(!line.utf8.contains { $0 < 0x20 || $0 == 0x7F } && line.escaped(for: .text) == line)
        precondition(!TextLines(bytes).lines.contains { $0.utf8.contains { $0 == 0x0A || $0 == 0x0D } })
    },
]
