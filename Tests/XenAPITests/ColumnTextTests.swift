import Testing
import XenAPI

@Suite("Database column text")
struct ColumnTextTests {
    @Test("Plain values are written as xapi writes them")
    func plain() {
        #expect(ColumnText.encode(.string("it's")) == "it's")
        #expect(ColumnText.encode(.int(-5)) == "-5")
        #expect(ColumnText.encode(.bool(true)) == "true")
        #expect(ColumnText.encode(.float(1)) == "1")
        #expect(ColumnText.encode(.date(.never)) == "19700101T00:00:00Z")
    }

    @Test("Sets and maps are lists of quoted words, with quotes and backslashes escaped")
    func lists() {
        #expect(ColumnText.encode(.set([])) == "()")
        #expect(ColumnText.encode(.strings(["a", "b c"])) == "('a' 'b c')")
        #expect(ColumnText.encode(.pairs(["k": "v", "k2": ""])) == "(('k' 'v') ('k2' ''))")
        #expect(ColumnText.encode(.strings([#"it's "\"#])) == #"('it\'s \"\\')"#)
        #expect(ColumnText.encode(.map([.init("0", .strings(["a"]))])) == #"(('0' '(\'a\')'))"#)
    }

    @Test("Words may stand in single quotes, double quotes or none, with any blanks between")
    func reading() throws {
        #expect(try ColumnText.decode("( 'a'\t\"b'\"\nc)", as: .set(.string)) == .strings(["a", "b'", "c"]))
        #expect(try ColumnText.decode("", as: .set(.string)) == .set([]))
        #expect(try ColumnText.decode("()", as: .map(.string)) == .map([]))
        #expect(try ColumnText.decode(#"(('a\\b' '\x'))"#, as: .map(.string)) == .pairs([#"a\b"#: "x"]))
        #expect(try ColumnText.decode("1.", as: .float) == .float(1))
        let flags = try ColumnText.decode(#"(('0' '(\'a\')') ('1' ('b')))"#, as: .map(.set(.string)))
        #expect(flags == .map([.init("0", .strings(["a"])), .init("1", .strings(["b"]))]))
    }

    @Test("Text of the wrong shape is refused with the place of the fault")
    func refused() {
        #expect(throws: CodecError("a list is not closed", at: 4)) { try ColumnText.decode("('a'", as: .set(.string)) }
        #expect(throws: CodecError("a quote is not closed", at: 1)) { try ColumnText.decode("('a", as: .set(.string)) }
        #expect(throws: CodecError("text follows the closing parenthesis", at: 3)) {
            try ColumnText.decode("() x", as: .set(.string))
        }
        for (text, shape) in [
            ("x", ValueShape.int), ("", .int), ("yes", .bool), ("x", .float), ("2010", .date), ("('a')", .map(.string)),
            ("(('a'))", .map(.string)), ("(('a' 'b'))", .set(.string)), ("a", .set(.string)), (")", .set(.string)),
            ("('x')", .set(.int)), (String(repeating: "(", count: 100), .set(.string)),
        ] {
            #expect(throws: CodecError.self) { try ColumnText.decode(text, as: shape) }
        }
    }

    @Test("Whatever is written reads back the same", arguments: 0..<50)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        for _ in 0..<20 {
            let shape = ValueShape.random(using: &random, depth: 2)
            let value = Value.random(shape, using: &random)
            #expect(try ColumnText.decode(ColumnText.encode(value), as: shape) == value)
        }
    }
}

@Suite("Numbers as text")
struct DecimalTextTests {
    @Test(
        "The wire has at most 16 significant digits and no needless zeros",
        arguments: [
            (0.0, "0"), (1, "1"), (-2.5, "-2.5"), (0.1, "0.1"), (0.1 + 0.2, "0.3"), (1.0 / 3, "0.3333333333333333"),
            (1e15, "1000000000000000"), (1e16, "1e+16"), (123456789012345680, "1.234567890123457e+17"),
            (0.0001, "0.0001"), (0.00001, "1e-05"), (1e300, "1e+300"),
            (.nan, "NaN"), (.infinity, "NaN"),
        ] as [(Double, String)]
    )
    func wire(number: Double, text: String) {
        #expect(DecimalText.wire(number) == text)
    }

    @Test(
        "A column holds a number in as few digits as it needs",
        arguments: [(0.0, "0"), (1, "1"), (0.5, "0.5"), (1e16, "1e+16"), (.nan, "nan"), (-.infinity, "-inf")]
            as [(Double, String)]
    )
    func column(number: Double, text: String) {
        #expect(DecimalText.column(number) == text)
    }

    @Test(
        "xe prints three digits after the point",
        arguments: [
            (0.0, "0.000"), (1, "1.000"), (0.0625, "0.062"), (-1.5, "-1.500"), (-0.0001, "0.000"), (12.3456, "12.346"),
        ]
            as [(Double, String)]
    )
    func fixed(number: Double, text: String) {
        #expect(DecimalText.fixed(number) == text)
    }

    @Test("15 digits always survive", arguments: 0..<20)
    func survives(seed: UInt64) {
        var random = SplitMix(seed: seed)
        for _ in 0..<200 {
            let number = Double(bitPattern: random.next())
            guard number.isFinite, number.magnitude > 1e-300 else { continue }
            let read = Double(DecimalText.wire(number)) ?? .nan
            #expect((read - number).magnitude <= number.magnitude * 1e-15)
        }
    }
}

@Suite("Blanks in XML attributes")
struct AttributeProtectionTests {
    @Test(
        "Pairs of blanks, TAB, LF, CR and % have codes",
        arguments: [
            ("a b", "a b"), ("a  b", "a%_b"), ("a   b", "a%_ b"), ("a\tb\n\r", "a%tb%n%r"), ("100%", "100%%"), ("", ""),
            ("CPU     X", "CPU%_%_ X"),
        ]
    )
    func codes(plain: String, protected: String) {
        #expect(AttributeProtection.protect(plain) == protected)
        #expect(AttributeProtection.unprotect(protected) == plain)
    }

    @Test("A percent sign that begins no code stands for itself")
    func strays() {
        #expect(AttributeProtection.unprotect("50% of%") == "50% of%")
    }

    @Test("Whatever is protected reads back the same", arguments: 0..<20)
    func roundTrip(seed: UInt64) {
        var random = SplitMix(seed: seed)
        for _ in 0..<50 {
            let text = String.random(using: &random)
            #expect(AttributeProtection.unprotect(AttributeProtection.protect(text)) == text)
        }
    }
}
