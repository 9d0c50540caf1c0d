import Foundation
import Testing

@testable import Basics

@Suite("A file that somebody names")
struct GivenFileTests {
    private func reason(_ path: String) -> String? {
        do throws(GivenFile.Refusal) {
            close(try GivenFile.open(path))
            return nil
        } catch {
            return error.reason
        }
    }

    @Test("is read where it is a file; what never begins or ends is refused at once, with words")
    func kinds() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/given-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data("abc".utf8).write(to: URL(filePath: folder + "/file"))
        #expect(mkfifo(folder + "/pipe", 0o600) == 0)
        #expect(try GivenFile.bytes(folder + "/file", limit: 3) == Array("abc".utf8))
        #expect(reason(folder + "/pipe") == "it is a pipe, not a file")
        #expect(reason("/dev/zero") == "it is a device, not a file")
        #expect(reason(folder) == "it is a folder, not a file")
        #expect(reason(folder + "/none") == "there is no such file")
        #expect(reason(folder + "/file/x") == "there is no such file")
    }

    @Test("is read as far as it may be long, and so is a pipe where a shell's may stand")
    func limits() throws {
        #expect(throws: GivenFile.Refusal.self) { try GivenFile.bytes("/dev/zero", limit: 10, takesPipes: true) }
        #expect(throws: GivenFile.Refusal.self) { try GivenFile.bytes("/proc/self/status", limit: 10) }
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data("secret\n".utf8))
        try pipe.fileHandleForWriting.close()
        let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
        #expect(try GivenFile.bytes(path, limit: 10, takesPipes: true) == Array("secret\n".utf8))
    }

    @Test("does not begin a line of its own by its name")
    func names() {
        let error = #expect(throws: GivenFile.Refusal.self) { try GivenFile.open("/none/a\nb") }
        #expect(error?.description == "/none/a\\nb can not be read: there is no such file.")
    }
}
