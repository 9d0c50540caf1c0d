import FoundationEssentials
import Hosts
import SystemPackage
import Testing

@testable import EmbeddedHosts

/// How programs run and end.
@Suite("A program", .needsHosts) struct ProgramTests {
    @Test("gets its argument, an empty standard input, and its output back")
    func output() async throws {
        let test = try await TestPool.open()
        let result = try await test.run("echo \"got $1 of $#\"; cat; pwd", argument: "precheck")
        #expect(result == ProgramResult(ending: .exited(0), output: "got precheck of 1\n/\n"))
    }

    @Test("gives its exit code", arguments: [0, 1, 2, 7, 127] as [Int32])
    func exitCode(code: Int32) async throws {
        let test = try await TestPool.open()
        #expect(try await test.run("exit \(code)").ending == .exited(code))
    }

    @Test("that a signal ends gives that signal", arguments: [6, 9, 11, 15] as [Int32])
    func signal(number: Int32) async throws {
        let test = try await TestPool.open()
        #expect(try await test.run("kill -\(number) $$").ending == .signalled(number))
    }

    @Test("has its output and errors merged in the order of writing")
    func order() async throws {
        let test = try await TestPool.open()
        let result = try await test.run("for i in 1 2 3; do echo out $i; echo err $i >&2; done")
        #expect(result.output == "out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n")
    }

    @Test("may print bytes that are no text")
    func noText() async throws {
        let test = try await TestPool.open()
        let result = try await test.run(#"printf 'a\377\000b'"#)
        #expect(result.output == "a\u{fffd}\u{0}b")
    }

    @Test("that is no program fails, and says so")
    func garbage() async throws {
        let test = try await TestPool.open()
        let limits = ProgramLimits(time: .seconds(20), outputBytes: 4096)
        for bytes in [[], Array(repeating: UInt8(0x8f), count: 5000)] {
            let file = test.folder.path.appending("garbage-\(bytes.count)")
            try FileSystem.replace(file, with: bytes)
            let result = try await test.host.run(program: file.string, argument: "info", limits: limits)
            #expect(result.ending != .exited(0) || result.output.isEmpty)
        }
    }

    @Test("that is missing is an error of the host, not a result")
    func missing() async throws {
        let test = try await TestPool.open()
        let limits = ProgramLimits(time: .seconds(20), outputBytes: 4096)
        await #expect(throws: HostError.self) {
            try await test.host.run(program: "/nowhere/at all", argument: "info", limits: limits)
        }
    }

    @Test("does not begin once the pool is shut down, however shortly before it was asked for", arguments: [0, 5, 90])
    func late(yields: Int) async throws {
        let test = try await TestPool.open()
        let asked = Task { try await test.run("sleep 600") }
        for _ in 0..<yields { await Task.yield() }
        await test.pool.shutdown()
        #expect((try? await asked.value)?.ending != .timedOut)
        await #expect(throws: HostError.unreachable(host: "host1", reason: "the server is shutting down")) {
            try await test.run("true")
        }
    }

    @Test("is gone from the host after its run")
    func cleanup() async throws {
        let test = try await TestPool.open()
        let result = try await test.run("echo /var/patch/*")
        #expect(result.output == "/var/patch/applied /var/patch/update\n")
        #expect(try FileSystem.names(in: test.tree().appending("var/patch")) == ["applied"])
    }

    @Test("runs from files and in folders with hostile names, and takes hostile arguments")
    func names() async throws {
        let name = " ,:$(touch pwned)'\"\\\n;upperdir=x"
        let test = try await TestPool.open(suffix: name)
        let script = try test.folder.script("-rf \(name)", "printf '%s' \"$1\"")
        let argument = "a b'c\"$(touch /pwned)`id`;\\\n--"
        let limits = ProgramLimits(time: .seconds(20), outputBytes: 4096)
        let result = try await test.host.run(program: script, argument: argument, limits: limits)
        #expect(result == ProgramResult(ending: .exited(0), output: argument))
        #expect(!FileSystem.exists(test.tree().appending("pwned")))
    }

    @Test("runs one at a time on a host")
    func oneAtATime() async throws {
        let test = try await TestPool.open()
        let results = try await withThrowingTaskGroup(of: ProgramResult.self) { group in
            for _ in 0..<3 {
                group.addTask { try await test.run("mkdir /root/busy || echo BUSY; sleep 0.05; rmdir /root/busy") }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.allSatisfy { $0 == ProgramResult(ending: .exited(0), output: "") })
    }
}

/// What makes an end of programs that don't end.
@Suite("A program is killed with all that it started", .needsHosts) struct KillTests {
    /// Starts children in every way that could escape a kill, and marks them by a number for `sleep`.
    private func stubborn(_ mark: Int) -> String {
        """
        trap '' TERM INT HUP
        (trap '' TERM HUP; sleep \(mark)) &
        setsid sleep \(mark) >/dev/null 2>&1 </dev/null &
        setsid setsid sh -c 'trap "" TERM; sleep \(mark) & sleep \(mark)' >/dev/null 2>&1 &
        echo started

        """
    }

    private static func mark() -> Int { Int.random(in: 100_000_000...999_999_999) }

    /// Whether a process of the whole machine still has the mark in its command line.
    private func isAlive(_ mark: Int) async throws -> Bool {
        // A kill through `proot` is the tracer's work and may take a moment.
        for _ in 0..<100 {
            let found = try FileSystem.names(in: "/proc").contains { name in
                guard Int(name) != nil,
                    let bytes = try? FileSystem.read(FilePath("/proc/\(name)/cmdline"), limit: 65_536)
                else {
                    return false
                }
                return String(decoding: bytes, as: UTF8.self).contains("sleep\0\(mark)")
            }
            if !found { return false }
            try await Task.sleep(for: .milliseconds(20))
        }
        return true
    }

    @Test("when its time is up")
    func timeOut() async throws {
        let test = try await TestPool.open()
        let mark = Self.mark()
        let result = try await test.run(stubborn(mark) + "sleep \(mark)", seconds: 2)
        #expect(result == ProgramResult(ending: .timedOut, output: "started\n"))
        #expect(try await !isAlive(mark))
    }

    @Test("when its time is up, though it closed its output")
    func timeOutSilently() async throws {
        let test = try await TestPool.open()
        let mark = Self.mark()
        let result = try await test.run("exec >/dev/null 2>&1; sleep \(mark)", seconds: 2)
        #expect(result.ending == .timedOut)
        #expect(try await !isAlive(mark))
    }

    @Test("when it prints too much, and what fits is kept")
    func flood() async throws {
        let test = try await TestPool.open()
        let mark = Self.mark()
        let result = try await test.run(stubborn(mark) + "exec yes", outputBytes: 100_000)
        #expect(result.ending == .outputTooLong)
        #expect(result.output.utf8.count == 100_000)
        #expect(result.output.hasPrefix("started\n"))
        #expect(try await !isAlive(mark))
    }

    @Test("when the task that runs it is cancelled")
    func cancellation() async throws {
        let test = try await TestPool.open()
        let mark = Self.mark()
        let flag = test.tree().appending("root/started")
        let task = Task { try await test.run(stubborn(mark) + "echo >/root/started; sleep \(mark)") }
        while !FileSystem.exists(flag) { try await Task.sleep(for: .milliseconds(5)) }
        task.cancel()
        await #expect(throws: HostError.self) { try await task.value }
        #expect(try await !isAlive(mark))
        #expect(try await test.run("echo still works").output == "still works\n")
    }

    // Under proot, it would end when its children do.
    @Test("when it ends itself and leaves children behind", .needsNamespaces)
    func background() async throws {
        let test = try await TestPool.open()
        let mark = Self.mark()
        let result = try await test.run(stubborn(mark) + "exit 3")
        #expect(result == ProgramResult(ending: .exited(3), output: "started\n"))
        #expect(try await !isAlive(mark))
    }
}
