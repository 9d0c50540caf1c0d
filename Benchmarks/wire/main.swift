// Measures the wire codecs on the records of many VMs, and leaves the same records in a file for peers to measure.
//
//     wire-bench [VMS] [FILE]
//     wire-bench --answer FILE
//
// prints one JSON line for each measurement: name, best processor time of the repetitions in seconds, and bytes.

import Datamodel
import FoundationEssentials
import XenAPI

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Processor seconds of the fastest of several repetitions, which other work on the machine disturbs least.
func best(of repetitions: Int = 5, _ work: () throws -> Int) rethrows -> (seconds: Double, bytes: Int) {
    var least = Double.infinity
    var bytes = 0
    for _ in 0..<repetitions {
        let start = clock()
        bytes = try work()
        least = min(least, Double(clock() - start) / Double(CLOCKS_PER_SEC))
    }
    return (least, bytes)
}

func report(_ name: String, _ result: (seconds: Double, bytes: Int)) {
    let line: [Value.Member] = [
        .init("name", .string(name)), .init("seconds", .float(result.seconds)),
        .init("bytes", .int(Int64(result.bytes))),
    ]
    print(String(decoding: JSON.encode(.map(line)), as: UTF8.self))
}

/// A plausible value of a field: lengths are like those of real pools.
func sample(_ field: Field, _ type: FieldType, number: Int) -> Value {
    switch type {
    case .string, .void:
        .string(field.name == "uuid" ? uuid(number) : String(repeating: "x", count: field.name.utf8.count % 12 * 2))
    case .int: .int(Int64(number) * 1024)
    case .float: .float(1)
    case .bool: .bool(number.isMultiple(of: 2))
    case .datetime: .date(Timestamp(seconds: 1_300_000_000 + Int64(number)))
    case .enumeration(let list): .string(list.cases[number % list.cases.count])
    case .ref: .string("OpaqueRef:" + uuid(number))
    case .record: .map([])
    case .set(let element): .set((0..<3).map { sample(field, element, number: number + $0) })
    case .map(_, let element):
        .map((0..<4).map { .init("key \($0) of \(field.name)", sample(field, element, number: number + $0)) })
    }
}

func uuid(_ number: Int) -> String {
    let digits = String(number * 2_654_435_761 & 0xFFFF_FFFF, radix: 16)
    return String(repeating: "0", count: 8 - digits.utf8.count) + digits + "-5ed3-ba0d-ed44-dfe54cf4954a"
}

// The answer of a server: how long it takes to write the same again.
if CommandLine.arguments.dropFirst().first == "--answer", CommandLine.arguments.count == 3 {
    let bytes = Array(try Data(contentsOf: URL(filePath: CommandLine.arguments[2])))
    let answer = try XMLRPC.readResponse(bytes)
    report("xmlrpc-encode", best { XMLRPC.encode(answer).count })
    exit(0)
}

guard let vm = Datamodel.classes["VM"] else { exit(1) }
let count = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 10_000
let fields = vm.fields.filter { !$0.isInternal }
let records: [Value] = (0..<count).map { number in
    .map(fields.map { .init($0.name, sample($0, $0.type, number: number)) })
}
let all = Value.map(records.enumerated().map { .init("OpaqueRef:" + uuid($0.offset), $0.element) })

// XML-RPC and JSON, both ways.
let xml = XMLRPC.encode(.success(all))
report("xmlrpc-encode", best { XMLRPC.encode(.success(all)).count })
report("xmlrpc-decode", try best(of: 3) { try XMLRPC.readResponse(xml) == .bare(.void) ? 0 : xml.count })
let json = JSON.encode(all)
report("json-encode", best { JSON.encode(all).count })
report("json-decode", try best(of: 3) { try JSON.read(json) == .void ? 0 : json.count })

// A database dump with half as many VMs, each with the rows that a VM brings with it.
let rows = records.prefix(count / 2).enumerated().map { number, record in
    DatabaseDump.Row(
        ref: Ref("OpaqueRef:" + uuid(number)),
        columns: (record.members ?? []).map { .init($0.key, ColumnText.encode($0.value)) }
    )
}
let small = rows.flatMap { row in
    (0..<4).map { DatabaseDump.Row(ref: Ref(row.ref.rawValue + "\($0)"), columns: Array(row.columns.prefix(20))) }
}
let dump = DatabaseDump(
    manifest: [.init("schema_major_vsn", "5")],
    tables: [.init("VM", rows: rows), .init("VBD", rows: small)]
)
let file = dump.encoded
report("dump-write", best(of: 3) { dump.encoded.count })
report("dump-load", try best(of: 3) { try DatabaseDump(file).tables.isEmpty ? 0 : file.count })

if let path = CommandLine.arguments.dropFirst(2).first {
    try Data(xml).write(to: URL(filePath: path + ".xmlrpc"))
    try Data(json).write(to: URL(filePath: path + ".json"))
    try Data(file).write(to: URL(filePath: path + ".dump"))
}
