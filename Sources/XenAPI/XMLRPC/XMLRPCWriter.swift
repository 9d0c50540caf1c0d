extension XMLRPC {
    /// The body of a request.
    public static func encode(_ call: MethodCall) -> [UInt8] {
        var output: [UInt8] = []
        output.append(literal: "<methodCall><methodName>")
        XMLEscaping.append(call.name, to: &output)
        output.append(literal: "</methodName><params>")
        for parameter in call.parameters {
            output.append(literal: "<param>")
            append(parameter, to: &output)
            output.append(literal: "</param>")
        }
        output.append(literal: "</params></methodCall>")
        return output
    }

    /// The body of a response.
    ///
    /// Integers are written as strings of digits, except in the members named by `i4Members` and all that is within
    /// them: `valid_ref_counts` of `event.from` is the one case.
    public static func encode(_ response: MethodResponse, i4Members: Set<String> = []) -> [UInt8] {
        var output: [UInt8] = []
        if case .success(let value) = response { output.reserveCapacity(estimatedSize(value) + 256) }
        output.append(literal: "<methodResponse>")
        switch response {
        case .success(let value):
            output.append(literal: "<params><param><value><struct><member><name>Status</name>")
            output.append(literal: "<value>Success</value></member><member><name>Value</name>")
            append(value, to: &output, i4Members: i4Members)
            output.append(literal: "</member></struct></value></param></params>")
        case .failure(let error):
            output.append(literal: "<params><param><value><struct><member><name>Status</name>")
            output.append(literal: "<value>Failure</value></member><member><name>ErrorDescription</name>")
            append(.strings(error.description), to: &output)
            output.append(literal: "</member></struct></value></param></params>")
        case .fault(let code, let text):
            output.append(literal: "<fault>")
            append(
                .map([.init("faultCode", .int(code)), .init("faultString", .string(text))]),
                to: &output,
                asI4: true
            )
            output.append(literal: "</fault>")
        case .bare(let value):
            output.append(literal: "<params><param>")
            append(value, to: &output)
            output.append(literal: "</param></params>")
        }
        output.append(literal: "</methodResponse>")
        return output
    }

    /// About how many bytes a value takes, so that a large answer is not copied again and again while it grows.
    private static func estimatedSize(_ value: Value) -> Int {
        switch value {
        case .string(let text): text.utf8.count + 16
        case .int, .float, .bool: 32
        case .date: 72
        case .set(let elements): elements.reduce(48) { $0 + estimatedSize($1) }
        case .map(let members): members.reduce(32) { $0 + $1.key.utf8.count + 32 + estimatedSize($1.value) }
        }
    }

    /// Appends one `<value>` element.
    public static func append(_ value: Value, to output: inout [UInt8], i4Members: Set<String> = []) {
        append(value, to: &output, i4Members: i4Members, asI4: false)
    }

    private static func append(
        _ value: Value,
        to output: inout [UInt8],
        i4Members: Set<String> = [],
        asI4: Bool
    ) {
        switch value {
        case .string(let text): appendString(text, to: &output)
        case .int(let number):
            output.append(literal: asI4 ? "<value><i4>" : "<value>")
            output.append(contentsOf: String(number).utf8)
            output.append(literal: asI4 ? "</i4></value>" : "</value>")
        case .float(let number):
            output.append(literal: "<value><double>")
            output.append(contentsOf: DecimalText.wire(number).utf8)
            output.append(literal: "</double></value>")
        case .bool(let flag):
            output.append(literal: "<value><boolean>")
            output.append(UInt8(ascii: flag ? "1" : "0"))
            output.append(literal: "</boolean></value>")
        case .date(let time):
            output.append(literal: "<value><dateTime.iso8601>")
            output.append(contentsOf: time.iso8601.utf8)
            output.append(literal: "</dateTime.iso8601></value>")
        case .set(let elements):
            output.append(literal: "<value><array><data>")
            for element in elements { append(element, to: &output, i4Members: i4Members, asI4: asI4) }
            output.append(literal: "</data></array></value>")
        case .map(let members):
            output.append(literal: "<value><struct>")
            for member in members {
                output.append(literal: "<member><name>")
                XMLEscaping.append(member.key, to: &output)
                output.append(literal: "</name>")
                let asI4 = asI4 || (!i4Members.isEmpty && i4Members.contains(member.key))
                append(member.value, to: &output, i4Members: i4Members, asI4: asI4)
                output.append(literal: "</member>")
            }
            output.append(literal: "</struct></value>")
        }
    }

    private static func appendString(_ text: String, to output: inout [UInt8]) {
        if text.utf8.isEmpty {
            output.append(literal: "<value/>")
        } else {
            output.append(literal: "<value>")
            XMLEscaping.append(text, to: &output)
            output.append(literal: "</value>")
        }
    }
}
