import Datamodel
import PoolDatabase
import PoolOperations
import Testing
import XenAPI

@testable import PoolServer

@Suite("What callers may have the server keep")
struct AcceptedValuesTests {
    /// Values that a client can send for a type: ordinary ones, the ends of what there is, and some that nobody may send.
    private func values(of type: FieldType) -> [Value] {
        switch type {
        case .string, .void, .record: texts.map { .string($0) }
        case .ref: ["", "OpaqueRef:NULL", "OpaqueRef:nobody", "a\0b"].map { .string($0) }
        case .int: [.int(0), .int(.min), .int(.max), .string("-7"), .string("1x")]
        case .float:
            [
                .float(0), .float(1.5), .float(.nan), .float(.infinity), .float(1e308), .string("2.25"), .string("nan"),
                .int(3),
            ]
        case .bool: [.bool(true), .bool(false), .string("true")]
        case .datetime: [.date(.never), .string("99991231T23:59:59Z"), .string("100000101T00:00:00Z")]
        case .enumeration(let words): (words.cases.prefix(2) + ["no such word"]).map { .string($0) }
        case .set(let element): [.set([]), .set(values(of: element))] + values(of: element).map { .set([$0]) }
        case .map(let key, let value):
            [.map([])]
                + values(of: value).map { .map([.init(values(of: key).first?.text ?? "k", $0)]) }
                + values(of: key).map { .map([.init($0.text ?? "k", values(of: value)[0])]) }
        }
    }

    private let texts = [
        "word", "", " ", "a\tb\nc", "a\rb", "a\r\nb", "\u{0}", "a\u{0}b", "\u{1B}[31m", "\u{FFFE}", "a\u{FFFF}",
        "\u{FFFD}",
        "%n%%_", "('a' 'b')", "'\\\"", "<&>]]>", "\u{202E}gpj", "e\u{301}=\u{301}", "\u{1F600}", "OpaqueRef:NULL",
        String(repeating: "x", count: AcceptedValues.longestText),
        String(repeating: "x", count: AcceptedValues.longestText + 1),
    ]

    @Test(
        "Whatever a setter of a kept field takes is read back the same after a restart, in a dump, and through XML",
        arguments: Datamodel.classesInOrder.filter { $0.isPersisted && $0.isInDatabase }.map(\.name)
    )
    func roundTrip(table: String) async throws {
        let bench = try await Bench(onDisk: true)
        let database = bench.api.pool.database
        let model = try #require(Datamodel.classes[table])
        var taken: [(ref: Ref, field: Field, value: Value)] = []
        for field in model.fields {
            guard let setter = bench.api.methods["\(table).set_\(field.name)"],
                let parameter = setter.message.parameters.last
            else { continue }
            for value in values(of: parameter.type) {
                let ref = bench.api.pool.makeRef()
                try await database.transaction { transaction throws(APIError) in
                    transaction.create(table, ref, ["uuid": .string(ref.rawValue), "power_state": .string("Halted")])
                }
                do throws(APIError) {
                    _ = try await bench.api.call("\(table).set_\(field.name)", [.ref(ref), value], in: bench.root)
                } catch {
                    let isKnown = Datamodel.errors[error.code] != nil || error.code == "MEMORY_CONSTRAINT_VIOLATION"
                    #expect(isKnown, "\(error)")
                    continue
                }
                let held = try #require(database.snapshot.row(table, ref))[field.name]
                #expect(held.unspeakable == nil)
                taken.append((ref, field, held))
            }
        }
        let file = try #require(bench.databaseFile)
        let again = try PoolDatabase(path: file).snapshot
        let dump = try DatabaseDump(again.dump())
        for (ref, field, value) in taken {
            #expect(again.row(table, ref)?[field.name] == value, "\(table).\(field.name)")
            let row = try #require(dump[table: table]?.rows.first { $0.ref == ref })
            let column = try ColumnText.decode(row[field.column] ?? "", as: field.type.shape)
            #expect(column == value, "\(table).\(field.name) in a dump")
            let crossed = try XMLRPC.readValue(Array(XMLRPC.text(value).utf8))
            #expect(
                try crossed.converted(to: field.type, for: field.name) == value,
                "\(table).\(field.name) through XML"
            )
        }
    }

    @Test(
        "No message of any class keeps a text that XML can not carry",
        arguments: [
            "VM.set_name_label", "VM.add_tags", "host.set_name_description", "pool.set_name_label", "host.add_tags",
        ]
    )
    func texts(message: String) async throws {
        let bench = try await Bench()
        let object = message.hasPrefix("VM") ? try bench.vm("web-1").ref : bench.hosts[0]
        let target = message.hasPrefix("pool") ? bench.api.pool.database.snapshot.refs("pool")[0] : object
        let error = await bench.error(message, .ref(target), .string("a\u{0}b"))
        #expect(error?.code == "INVALID_VALUE" && error?.parameters.last?.contains("U+0000") == true)
    }

    @Test("A set grows up to its bound and no further, whoever adds to it")
    func growth() async throws {
        let bench = try await Bench()
        let vm = Value.ref(try bench.vm("web-1").ref)
        let long = String(repeating: "x", count: 60_000)
        for number in 0..<4 { try await bench.call("VM.add_tags", vm, .string("\(number)" + long)) }
        #expect(await bench.error("VM.add_tags", vm, .string("more" + long))?.code == "INVALID_VALUE")
        #expect(try await bench.call("VM.get_tags", vm).elements?.count == 4)
        let body = Value.string(String(long.prefix(5_000)))
        let refused = await bench.error("message.create", .string("N"), .int(5), .string("VM"), .string(""), body)
        #expect(refused?.code == "INVALID_VALUE")
    }

    @Test("The null reference is OpaqueRef:NULL, whatever was sent, kept or meant, in records and in dumps")
    func nullReferences() async throws {
        let bench = try await Bench()
        let vm = try bench.vm("web-1").ref
        try await bench.call("VM.set_affinity", .ref(vm), .string(""))
        try await bench.call("VM.set_suspend_SR", .ref(vm), .string(""))
        let dump = try DatabaseDump(bench.api.pool.database.snapshot.dump())
        for model in Datamodel.classesInOrder where model.isPersisted {
            for field in model.fields {
                guard case .ref = field.type else { continue }
                let rows = dump[table: model.name]?.rows ?? []
                #expect(rows.allSatisfy { $0[field.column] != "" }, "\(model.name).\(field.name)")
            }
        }
        #expect(try await bench.call("VM.get_snapshot_of", .ref(vm)) == .ref(.null))
        #expect(try await bench.call("VM.get_affinity", .ref(vm)) == .ref(.null))
    }
}
