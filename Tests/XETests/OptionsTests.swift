import Testing

@testable import xe

/// What the client takes for itself, and what it passes on.
@Suite struct OptionsTests {
    private func parse(_ arguments: String...) throws -> Options {
        var options = Options()
        try options.take(arguments: arguments)
        return options
    }

    @Test func switchesMayStandAnywhere() throws {
        let options = try parse(
            "patch-list",
            "-s",
            "host",
            "-p",
            "8443",
            "-u",
            "admin",
            "-pw",
            "secret",
            "name-label=A B"
        )
        #expect(options.server == "host")
        #expect(options.effectivePort == 8443)
        #expect(options.allWords == ["patch-list", "name-label=A B", "username=admin", "password=secret"])
    }

    @Test func theServerGetsCredentialsLast() throws {
        var options = Options()
        try options.take(defaults: ["username=rc", "params=all"])
        try options.take(arguments: ["host-list", "uuid=1"])
        #expect(options.allWords == ["host-list", "uuid=1", "params=all", "username=rc", "password=null"])
    }

    @Test func laterSettingsWin() throws {
        var options = Options()
        try options.take(defaults: ["server=rc"])
        try options.take(defaults: Options.parse(extraArguments: "server=extra"))
        #expect(options.server == "extra")
        try options.take(arguments: ["-s", "argument", "host-list"])
        #expect(options.server == "argument")
    }

    @Test(arguments: [("", 443), ("--nossl", 80)])
    func thePortFollowsFromTheTransport(_ word: String, _ port: Int) throws {
        let words = ["host-list"] + (word.isEmpty ? [] : [word])
        var options = Options()
        try options.take(arguments: words)
        #expect(options.effectivePort == port)
    }

    @Test func minimalTravelsToTheServer() throws {
        #expect(try parse("host-list", "--minimal").words == ["host-list", "--minimal"])
    }

    @Test func anEscapedCommaStaysInItsWord() {
        #expect(Options.parse(extraArguments: #"a=1\,2,b=3"#) == ["a=1,2", "b=3"])
    }

    @Test func oneBadLineSpoilsTheFile() {
        #expect(throws: Options.Mistake(message: "Error parsing rc file. No defaults loaded")) {
            try Options.parse(rc: "server=a\nnonsense\n")
        }
    }

    @Test(arguments: ["0", "70000", "x", ""])
    func aPortIsANumber(_ port: String) {
        #expect(throws: Options.Mistake.self) { try parse("host-list", "-p", port) }
    }

    @Test func aPasswordFileOverridesAllElse() throws {
        var options = try parse("host-list", "-u", "a", "-pw", "b", "-pwf", "file")
        #expect(options.passwordFile == "file")
        try options.take(passwordFile: "root\nsecret\n")
        #expect(options.allWords.suffix(2) == ["username=root", "password=secret"])
    }

    @Test func noCommandAsksForUsage() throws {
        #expect(try parse().request == .usage)
        #expect(try parse("-version").request == .version)
    }
}
