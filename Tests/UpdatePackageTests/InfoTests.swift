import Testing

@testable import UpdatePackage

@Suite("What package programs print")
struct InfoTests {
    static let complete =
        "<info uuid=\"d75705d9-64a8-46a4-afdd-c5351642621c\" version=\"1.0\" name-label=\"XS1\" name-description=\"a &amp; b\" after-apply-guidance=\"restartHVM restartHost\"/>"

    @Test("info has five attributes; more of anything is ignored")
    func info() throws {
        let info = try PatchInfo(parsing: "\n" + Self.complete + "\n")
        #expect(info.nameDescription == "a & b")
        #expect(info.guidance == [.restartHVM, .restartHost])
        let more = Self.complete.dropLast(2) + " extra='1'><child/>text</info>"
        #expect(try PatchInfo(parsing: String(more)) == info)
        #expect(try PatchInfo(parsing: info.xml) == info)
    }

    @Test("The historic test patch, whose info spans lines, is read")
    func historic() throws {
        let text =
            "<info uuid=\"ABCD1234-FEED-DEAD-BEEF-000000000000\"\n  name-label=\"succeed.asc\"\n  name-description=\"This\"\n  after-apply-guidance=\"restartHost\"\n  version=\"1.0\"/>\n"
        #expect(try PatchInfo(parsing: text).uuid == "ABCD1234-FEED-DEAD-BEEF-000000000000")
    }

    @Test(
        "Bad info is refused with its reason",
        arguments: [
            ("", "an element is expected"), ("hello", "an element is expected"),
            ("<info/>", "the attribute uuid is missing"), ("<other/>", "the root element is <other>"),
            (complete.replacing("restartHVM", with: "restartNow"), "the guidance \"restartNow\" is not known"),
            (complete.replacing("d75705d9-64a8-46a4-afdd-c5351642621c", with: "../../etc/passwd"), "is not a uuid"),
            (complete + "<x/>", "text after the document"),
            ("<!DOCTYPE x [<!ENTITY a \"b\">]>" + complete, "declarations are not allowed"),
            (complete.replacing("&amp;", with: "&a;"), "the entity &a; is not allowed"),
            (complete.replacing("version=", with: "uuid="), "appears twice"),
        ]
    )
    func badInfo(text: String, reason: String) {
        do throws(PatchInfoError) {
            _ = try PatchInfo(parsing: text)
            Issue.record("it was accepted")
        } catch {
            #expect(error.reason.contains(reason))
        }
    }

    @Test("What a package says of itself becomes lines that drive no terminal and turn no text around")
    func oneLine() throws {
        let label = "name-label=\"a\u{202e}b&#13;&#10;c&#9;d&#155;e\""
        let info = try PatchInfo(parsing: Self.complete.replacing("name-label=\"XS1\"", with: label))
        #expect(info.nameLabel == "a\\u202eb c d\\u009be")
        #expect(try PatchInfo(parsing: info.xml) == info)
    }

    @Test(
        "The two characters that no XML document may hold are refused, written out or by number",
        arguments: ["\u{fffe}", "\u{ffff}", "&#xFFFE;", "&#65535;"]
    )
    func noncharacters(text: String) {
        #expect(throws: PatchInfoError.self) {
            try PatchInfo(parsing: Self.complete.replacing("XS1", with: text))
        }
        #expect(throws: XMLError.self) { try XMLReader.read("<a>\(text)</a>") }
    }

    @Test("A document is read behind a byte order mark, however its lines end", arguments: ["\n", "\r\n", "\r"])
    func mark(end: String) throws {
        let text = "\u{feff}" + Self.complete.replacing(" name-label", with: "\(end)name-label") + end
        #expect(try PatchInfo(parsing: text).nameLabel == "XS1")
    }

    @Test("Depth, size and number of elements are limited")
    func limits() {
        let deep = String(repeating: "<a>", count: 40) + String(repeating: "</a>", count: 40)
        let wide = "<a>" + String(repeating: "<b/>", count: 3_000) + "</a>"
        let long = "<a>" + String(repeating: "x", count: 70_000) + "</a>"
        for text in [deep, wide, long] { #expect(throws: XMLError.self) { try XMLReader.read(text) } }
    }

    @Test(
        "Each precheck document becomes XenAPI's code and parameters",
        arguments: [
            ("UNKNOWN_ERROR", "<info>why &lt;this&gt;</info>", ["why <this>"]),
            ("PREREQUISITE_MISSING", "<prerequisite uuid=\"a\"/><prerequisite uuid=\"b\"/>", ["a;b"]),
            ("WRONG_SERVER_VERSION", "<required>6.0.2</required><x/><found>6.1</found>", ["6.1", "6.0.2"]),
            ("WRONG_SERVER_BUILD", "<found>1</found><required>^2$</required>", ["1", "^2$"]),
            ("VM_RUNNING", "", []), ("ISO_MOUNTED", "<info>x</info>", ["x"]),
            ("OUT_OF_SPACE", "<found>1</found><required>2</required>", ["1", "2"]),
        ]
    )
    func precheck(code: String, children: String, parameters: [String]) {
        let failure = PrecheckFailure(
            parsing: "<error errorcode=\"PATCH_PRECHECK_FAILED_\(code)\">\(children)</error>\n"
        )
        #expect(failure.code == "PATCH_PRECHECK_FAILED_" + code)
        #expect(failure.parameters == parameters)
        #expect(failure.namesPatch)
    }

    @Test(
        "Everything else is INVALID_PATCH_WITH_LOG",
        arguments: [
            "", "Running pre-checks...\n<error errorcode=\"PATCH_PRECHECK_FAILED_VM_RUNNING\"/>",
            "<error errorcode=\"NO_SUCH\"/>", "<error errorcode=\"PATCH_PRECHECK_FAILED_VM_RUNNING\" x=\"\"/>",
            "<error/>",
            "<error errorcode=\"PATCH_PRECHECK_FAILED_UNKNOWN_ERROR\"/>",
            "<error errorcode=\"PATCH_PRECHECK_FAILED_PREREQUISITE_MISSING\"><info/></error>",
            "<error errorcode=\"PATCH_PRECHECK_FAILED_WRONG_SERVER_VERSION\"><found/></error>",
        ]
    )
    func malformed(text: String) {
        let failure = PrecheckFailure(parsing: text)
        #expect(failure.code == "INVALID_PATCH_WITH_LOG")
        #expect(failure.parameters.count == 1)
        #expect(!failure.namesPatch)
    }
}
