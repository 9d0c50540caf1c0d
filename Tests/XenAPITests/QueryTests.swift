import Testing
import XenAPI

@Suite("Query language")
struct QueryTests {
    private let row = ["is_a_template": "false", "power_state": "Running", "tags": "('a' 'b')"]

    @Test(
        "Expressions are evaluated on database columns",
        arguments: [
            ("true", true), ("false", false), (#"field "is_a_template" = "false""#, true),
            (#""Running"=field "power_state""#, true), (#"field "power_state" = "running""#, false),
            (#"field "tags" = "('a' 'b')""#, true), (#"field "no_such" = "x""#, false), (#""x" = "x""#, true),
            (#"(true and false) or true"#, true), ("not false", true), ("not not true", true),
        ]
    )
    func evaluation(text: String, result: Bool) throws {
        #expect(try Query(text).matches { row[$0] } == result)
    }

    @Test("and and or bind alike, from the left; not takes all that follows")
    func precedence() throws {
        let (t, f) = (Query.constant(true), Query.constant(false))
        #expect(try Query("true or true and false") == .and(.or(t, t), f))
        #expect(try Query("true and false or true") == .or(.and(t, f), t))
        #expect(try Query("not true and false") == .not(.and(t, f)))
        #expect(try Query("true and not false or true") == .and(t, .not(.or(f, t))))
        #expect(try Query("(not true) and false") == .and(.not(t), f))
    }

    @Test("The columns that a query names are known before it runs")
    func columns() throws {
        #expect(try Query(#"not (field "a" = "1" or "x" = field "b")"#).columns == ["a", "b"])
        #expect(try Query("true").columns.isEmpty)
    }

    @Test(
        "Queries that the grammar does not allow are refused with the place",
        arguments: [
            ("", 0), ("true = true", 5), ("True", 0), ("field a = \"b\"", 6), ("\"a\" = ", 6), ("\"a", 0), ("(true", 5),
            ("true)", 4), ("true true", 5), ("and", 0), ("\"a\"", 3), ("true &", 5), ("field = \"a\"", 6),
        ]
    )
    func refused(text: String, offset: Int) throws {
        let error = try #require(throws: CodecError.self) { try Query(text) }
        #expect(error.offset == offset)
    }

    @Test("Depth and length are limited")
    func limits() {
        #expect(throws: CodecError.self) { try Query(String(repeating: "(", count: 100_000)) }
        #expect(throws: CodecError.self) { try Query(String(repeating: "not ", count: 3000) + "true") }
        #expect(throws: CodecError.self) { try Query("true" + String(repeating: " and true", count: 100_000)) }
    }
}
