/// Reads XML-RPC documents by recursive descent over the pieces of an ``XMLScanner``.
struct XMLRPCReader {
    private var scanner: XMLScanner

    init(_ bytes: [UInt8], elementLimit: Int) {
        scanner = XMLScanner(bytes, depthLimit: elementLimit)
    }

    // MARK: Documents

    mutating func call() throws(CodecError) -> MethodCall {
        try start("methodCall")
        try start("methodName")
        var call = MethodCall(trimmed(try characters()))
        if let name = try startOrEnd() {
            try check(name, "params")
            call.parameters = try parameters()
            try end()
        }
        try finish()
        return call
    }

    mutating func response() throws(CodecError) -> MethodResponse {
        try start("methodResponse")
        guard let name = try startOrEnd() else { throw scanner.fault("a response must hold <params> or <fault>") }
        if name == "fault" {
            try start("value")
            let fault = try value()
            try end()
            try end()
            try finish()
            guard let text = fault["faultString"]?.text else { throw scanner.fault("a fault must have a faultString") }
            return .fault(code: integer(fault["faultCode"]) ?? 0, text: text)
        }
        try check(name, "params")
        let values = try parameters()
        try end()
        try finish()
        guard values.count == 1 else { throw scanner.fault("a response must hold one value") }
        return try response(values[0])
    }

    mutating func document() throws(CodecError) -> Value {
        try start("value")
        let value = try value()
        try finish()
        return value
    }

    private func response(_ value: Value) throws(CodecError) -> MethodResponse {
        switch value["Status"]?.text {
        case "Success": return .success(value["Value"] ?? .void)
        case "Failure":
            let words = value["ErrorDescription"]?.elements?.compactMap(\.text) ?? []
            guard let code = words.first else { throw scanner.fault("a failure must have an ErrorDescription") }
            return .failure(APIError(code, Array(words.dropFirst())))
        default: return .bare(value)
        }
    }

    private func integer(_ value: Value?) -> Int64? {
        if case .string(let text) = value { Int64(text) } else if case .int(let number) = value { number } else { nil }
    }

    private mutating func parameters() throws(CodecError) -> [Value] {
        var values: [Value] = []
        while let name = try startOrEnd() {
            try check(name, "param")
            try start("value")
            values.append(try value())
            try end()
        }
        return values
    }

    // MARK: Values

    /// What stands within `<value>`, up to and with its end tag. A value without a type is a string.
    private mutating func value() throws(CodecError) -> Value {
        var text = ""
        while true {
            switch try scanner.next() {
            case .text(let more): if text.isEmpty { text = more } else { text += more }
            case .end: return .string(text)
            case .start(let type):
                guard isBlank(text) else { throw scanner.fault("characters stand beside <\(type)>") }
                let value = try typed(type)
                try end()
                return value
            case .finished: throw scanner.fault("the document ends too early")
            }
        }
    }

    private mutating func typed(_ type: String) throws(CodecError) -> Value {
        switch type {
        case "string": return .string(try characters())
        case "struct": return .map(try members())
        case "array": return .set(try elements())
        case "int", "i4", "i8":
            let text = trimmed(try characters())
            guard let number = Int64(text) else { throw scanner.fault("'\(text)' is not an integer") }
            return .int(number)
        case "boolean":
            switch trimmed(try characters()) {
            case "0", "false": return .bool(false)
            case "1", "true": return .bool(true)
            default: throw scanner.fault("a boolean must be 0 or 1")
            }
        case "double":
            let text = trimmed(try characters())
            guard let number = Double(text) else { throw scanner.fault("'\(text)' is not a number") }
            return .float(number)
        case "dateTime.iso8601":
            let text = trimmed(try characters())
            guard let time = Timestamp(iso8601: text) else { throw scanner.fault("'\(text)' is not a date") }
            return .date(time)
        case "nil":
            try end()
            return .void
        default: throw scanner.fault("the type <\(type)> is not part of XenAPI")
        }
    }

    private mutating func members() throws(CodecError) -> [Value.Member] {
        var members: [Value.Member] = []
        while let name = try startOrEnd() {
            try check(name, "member")
            try start("name")
            let key = try characters()
            try start("value")
            members.append(Value.Member(key, try value()))
            try end()
        }
        return members
    }

    private mutating func elements() throws(CodecError) -> [Value] {
        try start("data")
        var elements: [Value] = []
        while let name = try startOrEnd() {
            try check(name, "value")
            elements.append(try value())
        }
        try end()
        return elements
    }

    // MARK: Pieces

    /// The characters of the element begun last, up to and with its end tag.
    private mutating func characters() throws(CodecError) -> String {
        var text = ""
        while true {
            switch try scanner.next() {
            case .text(let more): if text.isEmpty { text = more } else { text += more }
            case .end: return text
            case .start(let name): throw scanner.fault("<\(name)> stands where characters should")
            case .finished: throw scanner.fault("the document ends too early")
            }
        }
    }

    /// The next element's name, or nil where the one around it ends first. Blanks are skipped.
    private mutating func startOrEnd() throws(CodecError) -> String? {
        while true {
            switch try scanner.next() {
            case .start(let name): return name
            case .end: return nil
            case .text(let text):
                guard isBlank(text) else { throw scanner.fault("characters stand where an element should") }
            case .finished: throw scanner.fault("the document ends too early")
            }
        }
    }

    private mutating func start(_ expected: String) throws(CodecError) {
        guard let name = try startOrEnd() else { throw scanner.fault("<\(expected)> is missing") }
        try check(name, expected)
    }

    private func check(_ name: String, _ expected: String) throws(CodecError) {
        guard name == expected else { throw scanner.fault("<\(expected)> was expected, not <\(name)>") }
    }

    private mutating func end() throws(CodecError) {
        if let name = try startOrEnd() { throw scanner.fault("<\(name)> is one element too many") }
    }

    private mutating func finish() throws(CodecError) {
        while true {
            switch try scanner.next() {
            case .end: continue
            case .finished: return
            case .text(let text):
                guard isBlank(text) else { throw scanner.fault("characters stand where an element should") }
            case .start(let name): throw scanner.fault("<\(name)> is one element too many")
            }
        }
    }

    private func isBlank(_ text: String) -> Bool { text.utf8.allSatisfy(XMLScanner.isSpace) }

    private func trimmed(_ text: String) -> String {
        let bytes = text.utf8
        guard bytes.first.map(XMLScanner.isSpace) == true || bytes.last.map(XMLScanner.isSpace) == true else {
            return text
        }
        let kept = bytes.drop(while: XMLScanner.isSpace).reversed().drop(while: XMLScanner.isSpace).reversed()
        return String(decoding: Array(kept), as: UTF8.self)
    }
}
