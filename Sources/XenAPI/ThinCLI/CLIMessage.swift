/// One message of the thin CLI protocol, which `xe` and its server exchange after their hellos.
///
/// On the wire each message is a frame: the length of the payload, then the payload, which is one or two tags and the
/// message's own values. Numbers are `int32`, least significant byte first; a string is its length in bytes and the bytes.
public enum CLIMessage: Hashable, Sendable {
    // MARK: Commands, from the server to the client
    /// Print the text and a line end on stdout.
    case print(String)
    /// Send the file: answer ``ok`` and its bytes in chunks, or ``failed``.
    case load(filename: String)
    /// Read a line from stdin and send it in a chunk.
    case prompt
    /// End with this exit code.
    case exit(Int32)
    /// Fetch the URL into a new file.
    case httpGet(filename: String, url: String)
    /// Send the file to the URL.
    case httpPut(filename: String, url: String)
    /// Print an API error that the server cannot put into words.
    case error(code: String, parameters: [String])
    /// Print the text when the client runs with `--debug`.
    case debug(String)
    /// Print the text on stderr; see ``CLIVersion/stderrTextCarriesLineEnd``.
    case printStderr(String)
    /// Open a console by an HTTP `CONNECT` to the URL.
    case httpConnect(url: String)

    // MARK: Responses, from the client to the server
    /// The last command was carried out.
    case ok
    /// The last command could not be carried out.
    case failed
    /// The last command is still running; sent now and then by clients of version 0.2.
    case wait

    // MARK: Blobs, both ways
    /// So many raw bytes follow, outside of any frame.
    case chunk(length: Int)
    /// The blob is complete.
    case end
}

/// The numbers by which the protocol knows its messages.
enum CLITag {
    static let command: Int32 = 9
    static let response: Int32 = 10
    static let blob: Int32 = 11

    static let print: Int32 = 0
    static let load: Int32 = 1
    static let prompt: Int32 = 3
    static let exit: Int32 = 4
    static let ok: Int32 = 5
    static let failed: Int32 = 6
    static let chunk: Int32 = 7
    static let end: Int32 = 8
    static let httpGet: Int32 = 12
    static let httpPut: Int32 = 13
    static let error: Int32 = 14
    static let debug: Int32 = 15
    static let printStderr: Int32 = 16
    static let httpConnect: Int32 = 17
    static let wait: Int32 = 18
}

extension CLIMessage {
    /// The whole frame: the payload's length, then the payload.
    public var encoded: [UInt8] {
        let payload = payload
        var frame: [UInt8] = []
        frame.reserveCapacity(payload.count + 4)
        frame.appendLittleEndian(Int32(clamping: payload.count))
        frame += payload
        return frame
    }

    private var payload: [UInt8] {
        switch self {
        case .print(let text): Self.command(CLITag.print, text)
        case .load(let filename): Self.command(CLITag.load, filename)
        case .prompt: Self.command(CLITag.prompt)
        case .exit(let code): Self.numbers(CLITag.command, CLITag.exit, code)
        case .httpGet(let filename, let url): Self.command(CLITag.httpGet, filename, url)
        case .httpPut(let filename, let url): Self.command(CLITag.httpPut, filename, url)
        case .error(let code, let parameters): Self.errorPayload(code, parameters)
        case .debug(let text): Self.command(CLITag.debug, text)
        case .printStderr(let text): Self.command(CLITag.printStderr, text)
        case .httpConnect(let url): Self.command(CLITag.httpConnect, url)
        case .ok: Self.numbers(CLITag.response, CLITag.ok)
        case .failed: Self.numbers(CLITag.response, CLITag.failed)
        case .wait: Self.numbers(CLITag.response, CLITag.wait)
        case .chunk(let length): Self.numbers(CLITag.blob, CLITag.chunk, Int32(clamping: length))
        case .end: Self.numbers(CLITag.blob, CLITag.end)
        }
    }

    private static func numbers(_ numbers: Int32...) -> [UInt8] {
        var bytes: [UInt8] = []
        for number in numbers { bytes.appendLittleEndian(number) }
        return bytes
    }

    private static func command(_ tag: Int32, _ texts: String...) -> [UInt8] {
        var bytes = numbers(CLITag.command, tag)
        for text in texts { bytes.appendCLIString(text) }
        return bytes
    }

    private static func errorPayload(_ code: String, _ parameters: [String]) -> [UInt8] {
        var bytes = command(CLITag.error, code)
        bytes.appendLittleEndian(Int32(clamping: parameters.count))
        for parameter in parameters { bytes.appendCLIString(parameter) }
        return bytes
    }
}

extension [UInt8] {
    fileprivate mutating func appendCLIString(_ text: String) {
        appendLittleEndian(Int32(clamping: text.utf8.count))
        append(contentsOf: text.utf8)
    }
}
