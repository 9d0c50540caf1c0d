import PoolDatabase
import PoolOperations
import Synchronization
import Testing
import XenAPI

@testable import PoolServer

@Suite("What xe prints")
struct PrinterTests {
    private func printed(minimal: Bool, _ body: (inout Printer) async throws -> Void) async throws -> String {
        let text = Mutex("")
        var printer = Printer(isMinimal: minimal) { piece in text.withLock { $0 += piece + "\n" } }
        try await body(&printer)
        try await printer.flush()
        return text.withLock { $0 }
    }

    private let name = "web\u{1B}[2J\u{202E}\nuuid ( RO) : forged"

    @Test("A value is one line, whatever is in it, and begins no other field")
    func records() async throws {
        let text = try await printed(minimal: false) { printer in
            try await printer.records([[.init(label: "name-label ( RW)", value: name)]])
        }
        #expect(text == "name-label ( RW)    : web\\u001b[2J\\u202e\\nuuid ( RO) : forged\n\n\n")
    }

    @Test("A list of values is one line, in which backslashes, commas and line ends are told apart")
    func minimal() async throws {
        let text = try await printed(minimal: true) { printer in
            try await printer.list(["a,b", "c\\n", "d\ne", "plain"])
        }
        #expect(text == "a\\,b,c\\\\n,d\\ne,plain\n")
    }

    @Test("An error's names are on its line, and what programs said in it begins no line like ours")
    func errors() async throws {
        let bench = try await Bench()
        let vm = try bench.vm("web-1")
        try await bench.call("VM.set_name_label", .ref(vm.ref), .string("web\nOK: done"))
        let snapshot = bench.api.pool.database.snapshot
        let state = CLIFailure.api(APIError("VM_BAD_POWER_STATE", [vm.ref.rawValue, "halted", "running"]))
        #expect(state.lines(in: snapshot).contains("vm: \(vm.uuid) (web\\nOK: done)"))
        let log = CLIFailure.api(APIError("PATCH_APPLY_FAILED", ["one\nOK: done\u{1B}[2J"]))
        #expect(log.lines(in: snapshot).last == "output: one\n    OK: done\\u001b[2J")
        #expect(CLIFailure.message("no\nOK").lines(in: snapshot) == ["Error: no\n    OK"])
    }

    @Test("What a program has said keeps its lines, and drives no terminal")
    func output() async throws {
        let text = try await printed(minimal: false) { printer in try await printer.list(["one\n\ttwo\u{1B}[2J"]) }
        #expect(text == "one\n\ttwo\\u001b[2J\n")
    }
}
