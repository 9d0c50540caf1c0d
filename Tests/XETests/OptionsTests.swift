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

    @Test(
        "A password file may come from any system",
        arguments: ["root\r\nsecret\r\n", "\u{FEFF}root\nsecret\n", "root\rsecret"]
    )
    func passwordFilesOfAllSystems(_ text: String) throws {
        var options = try parse("host-list")
        try options.take(passwordFile: text)
        #expect(options.allWords.suffix(2) == ["username=root", "password=secret"])
    }

    @Test(
        "A word that the protocol can not carry is refused, and named",
        arguments: [
            "name-description=kept\nname-label=x", "name-label=a\r", "name-label=a\r\nb", "file-name=odd\nname",
        ]
    )
    func lineEnds(_ word: String) throws {
        let options = try parse("vm-param-set", "uuid=1", word)
        let error = #expect(throws: Options.Mistake.self) { try options.refuseLineEnds() }
        #expect(error?.message.contains(word.prefix { $0 != "=" } + "' holds a line end") == true)
        try parse("vm-param-set", "name-label=a\tb\rc").refuseLineEnds()
    }

    @Test("A server may touch only what the command names as a file")
    func files() throws {
        let options = try parse(
            "patch-upload",
            "file-name=/a/b/../c",
            "name-label=/etc/passwd",
            "other-config:filename=/d"
        )
        #expect(options.names(file: "/a/c") && options.names(file: "/a/b/../c"))
        for file in ["/etc/passwd", "/d", "/a/b", "", "/"] { #expect(!options.names(file: file), "\(file)") }
        #expect(try parse("pool-dump-database", "file-name=a=b").names(file: "a=b"))
        #expect(try !parse("host-list", "file-name=").names(file: ""))
    }

    @Test("An address of IPv6 may stand in brackets", arguments: ["-s [::1]", "server=[::1]", "-s ::1"])
    func addresses(_ words: String) throws {
        var options = Options()
        try options.take(arguments: ["host-list"] + words.split(separator: " ").map(String.init))
        #expect(options.server == "::1")
    }

    @Test func noCommandAsksForUsage() throws {
        #expect(try parse().request == .usage)
        #expect(try parse("-version").request == .version)
    }
}
