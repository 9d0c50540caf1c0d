import Foundation

/// Debian's chromedriver, which all browsers of a test run share: W3C WebDriver over HTTP.
public final class WebDriver: Sendable {
    /// Whether this machine has a browser that can be driven.
    public static let isInstalled = Tools.isInstalled("chromedriver") && Tools.isInstalled("chromium")

    /// What to say when ``isInstalled`` is false.
    public static let reason = "needs chromium and chromedriver (apt-get install chromium chromium-driver)"

    /// The driver, started when the first test asks for it.
    public static func get() async throws -> WebDriver { try await shared.value }

    private static let shared = Task { try await WebDriver() }

    private let port: UInt16

    /// What the driver answered when it could not do something.
    public struct Failure: Error, CustomStringConvertible {
        /// The kind, such as `no such element`.
        public let kind: String
        /// The whole message.
        public let description: String
    }

    private init() async throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["chromedriver", "--port=0"]
        // The browsers' own files go where they are removed, also after those that were killed.
        let folder = FileManager.default.temporaryDirectory.appending(path: "pitstop-browsers-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        Leftovers.add(directory: folder.path)
        process.environment = ProcessInfo.processInfo.environment.merging(["TMPDIR": folder.path]) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        Leftovers.add(process: process.processIdentifier)
        // It says "ChromeDriver was started successfully on port 12345."
        let port = await Self.port(in: output.fileHandleForReading)
        guard let port else { throw Failure(kind: "not started", description: "chromedriver did not start") }
        self.port = port
    }

    private static func port(in handle: FileHandle) async -> UInt16? {
        await withCheckedContinuation { continuation in
            Thread {
                var text = ""
                while case let data = handle.availableData, !data.isEmpty {
                    text += String(decoding: data, as: UTF8.self)
                    guard let found = text.firstMatch(of: /successfully on port (\d+)/) else { continue }
                    continuation.resume(returning: UInt16(found.1))
                    // What it says later is read, so that it never waits for a reader.
                    while !handle.availableData.isEmpty {}
                    return
                }
                continuation.resume(returning: nil)
            }.start()
        }
    }

    /// Sends one command.
    ///
    /// - Returns: the `value` of the answer, as JSON.
    func send(_ method: String, _ path: String, _ body: [String: JSON]? = nil) async throws -> JSON {
        let bytes = try body.map { try JSONEncoder().encode(JSON.object($0)) } ?? Data()
        let head = [
            "\(method) \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Content-Type: application/json",
            "Content-Length: \(bytes.count)", "Connection: close", "", "",
        ].joined(separator: "\r\n")
        let answer = try await LoopbackConnection.exchange(Data(head.utf8) + bytes, port: port)
        guard let start = answer.range(of: Data("\r\n\r\n".utf8))?.upperBound,
            case .object(let object) = try JSONDecoder().decode(JSON.self, from: answer[start...])
        else { throw Failure(kind: "no answer", description: String(decoding: answer.prefix(400), as: UTF8.self)) }
        let value = object["value"] ?? .null
        if case .object(let failure) = value, let kind = failure["error"]?.text {
            throw Failure(kind: kind, description: String((failure["message"]?.text ?? kind).prefix(400)))
        }
        return value
    }
}

/// One question and one answer over a connection of its own: Foundation's URLSession does not read what chromedriver sends.
enum LoopbackConnection {
    static func exchange(_ request: Data, port: UInt16) async throws -> Data {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result { try exchangeBlocking(request, port) }) }.start()
        }
    }

    private static func exchangeBlocking(_ request: Data, _ port: UInt16) throws -> Data {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        // A browser that hangs fails a test, and does not hold up the others for ever.
        var patience = timeval(tv_sec: 120, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        try handle.write(contentsOf: request)
        return try readAnswer(handle)
    }

    /// Reads as much as the head says: the end of the connection may be held open by a browser that was just started.
    private static func readAnswer(_ handle: FileHandle) throws -> Data {
        var answer = Data()
        while case let part = handle.availableData, !part.isEmpty {
            answer.append(part)
            guard let end = answer.range(of: Data("\r\n\r\n".utf8))?.upperBound else { continue }
            let head = String(decoding: answer[..<end], as: UTF8.self).lowercased()
            let length = head.firstMatch(of: /content-length: *(\d+)/).flatMap { Int($0.1) } ?? 0
            if answer.count >= end + length { break }
        }
        return answer
    }
}

/// A JSON value.
public enum JSON: Codable, Sendable, Hashable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    /// Reads any value.
    public init(from decoder: any Decoder) throws {
        let box = try decoder.singleValueContainer()
        if box.decodeNil() {
            self = .null
        } else if let value = try? box.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? box.decode(Double.self) {
            self = .number(value)
        } else if let value = try? box.decode(String.self) {
            self = .string(value)
        } else if let value = try? box.decode([JSON].self) {
            self = .array(value)
        } else {
            self = .object(try box.decode([String: JSON].self))
        }
    }

    /// Writes it.
    public func encode(to encoder: any Encoder) throws {
        var box = encoder.singleValueContainer()
        switch self {
        case .null: try box.encodeNil()
        case .bool(let value): try box.encode(value)
        case .number(let value): try box.encode(value)
        case .string(let value): try box.encode(value)
        case .array(let value): try box.encode(value)
        case .object(let value): try box.encode(value)
        }
    }

    /// A string; nil where it is none.
    public var text: String? { if case .string(let text) = self { text } else { nil } }
    /// A number; nil where it is none.
    public var number: Double? { if case .number(let number) = self { number } else { nil } }
}
