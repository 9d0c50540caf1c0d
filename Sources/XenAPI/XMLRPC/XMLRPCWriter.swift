extension XMLRPC {
    /// The body of a request.
    public static func encode(_ call: MethodCall) -> [UInt8] {
        var output: [UInt8] = []
        output.append(contentsOf: "<methodCall><methodName>".utf8)
        XMLEscaping.append(call.name, to: &output)
        output.append(contentsOf: "</methodName><params>".utf8)
        for parameter in call.parameters {
            output.append(contentsOf: "<param>".utf8)
            append(parameter, to: &output)
            output.append(contentsOf: "</param>".utf8)
        }
        output.append(contentsOf: "</params></methodCall>".utf8)
        return output
    }

    /// The body of a response.
    ///
    /// Integers are written as strings of digits, except in the members named by `i4Members` and all that is within
    /// them: `valid_ref_counts` of `event.from` is the one case.
    public static func encode(_ response: MethodResponse, i4Members: Set<String> = []) -> [UInt8] {
        var output: [UInt8] = []
        output.append(contentsOf: "<methodResponse>".utf8)
        switch response {
        case .success(let value):
            output.append(contentsOf: "<params><param><value><struct><member><name>Status</name>".utf8)
            output.append(contentsOf: "<value>Success</value></member><member><name>Value</name>".utf8)
            append(value, to: &output, i4Members: i4Members)
            output.append(contentsOf: "</member></struct></value></param></params>".utf8)
        case .failure(let error):
            output.append(contentsOf: "<params><param><value><struct><member><name>Status</name>".utf8)
            output.append(contentsOf: "<value>Failure</value></member><member><name>ErrorDescription</name>".utf8)
            append(.strings(error.description), to: &output)
            output.append(contentsOf: "</member></struct></value></param></params>".utf8)
        case .fault(let code, let text):
            output.append(contentsOf: "<fault>".utf8)
            append(
                .map([.init("faultCode", .int(code)), .init("faultString", .string(text))]),
                to: &output,
                asI4: true
            )
            output.append(contentsOf: "</fault>".utf8)
        case .bare(let value):
            output.append(contentsOf: "<params><param>".utf8)
            append(value, to: &output)
            output.append(contentsOf: "</param></params>".utf8)
        }
        output.append(contentsOf: "</methodResponse>".utf8)
        return output
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
            output.append(contentsOf: (asI4 ? "<value><i4>" : "<value>").utf8)
            output.append(contentsOf: String(number).utf8)
            output.append(contentsOf: (asI4 ? "</i4></value>" : "</value>").utf8)
        case .float(let number):
            output.append(contentsOf: "<value><double>".utf8)
            output.append(contentsOf: DecimalText.wire(number).utf8)
            output.append(contentsOf: "</double></value>".utf8)
        case .bool(let flag):
            output.append(contentsOf: "<value><boolean>".utf8)
            output.append(UInt8(ascii: flag ? "1" : "0"))
            output.append(contentsOf: "</boolean></value>".utf8)
        case .date(let time):
            output.append(contentsOf: "<value><dateTime.iso8601>".utf8)
            output.append(contentsOf: time.iso8601.utf8)
            output.append(contentsOf: "</dateTime.iso8601></value>".utf8)
        case .set(let elements):
            output.append(contentsOf: "<value><array><data>".utf8)
            for element in elements { append(element, to: &output, i4Members: i4Members, asI4: asI4) }
            output.append(contentsOf: "</data></array></value>".utf8)
        case .map(let members):
            output.append(contentsOf: "<value><struct>".utf8)
            for member in members {
                output.append(contentsOf: "<member><name>".utf8)
                XMLEscaping.append(member.key, to: &output)
                output.append(contentsOf: "</name>".utf8)
                let asI4 = asI4 || (!i4Members.isEmpty && i4Members.contains(member.key))
                append(member.value, to: &output, i4Members: i4Members, asI4: asI4)
                output.append(contentsOf: "</member>".utf8)
            }
            output.append(contentsOf: "</struct></value>".utf8)
        }
    }

    private static func appendString(_ text: String, to output: inout [UInt8]) {
        if text.utf8.isEmpty {
            output.append(contentsOf: "<value/>".utf8)
        } else {
            output.append(contentsOf: "<value>".utf8)
            XMLEscaping.append(text, to: &output)
            output.append(contentsOf: "</value>".utf8)
        }
    }
}
