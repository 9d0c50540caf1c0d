import XenAPI

/// Every parser of what strangers send to a server, before and after they have signed in, and what must hold whatever it
/// is given. Crashing is what none may do.
///
/// The fuzzer (`make fuzz`) and `WireFuzzTests`, which gives them the seeds beside this file, share them.
let wireParsers: [String: @Sendable ([UInt8]) -> Void] = [
    "http-door": { bytes in
        var reader = RequestHeadReader()
        let whole = reader.take(bytes)
        // In two pieces it is the same request.
        let place = bytes.isEmpty ? 0 : Int(bytes[0]) % bytes.count
        var pieces = RequestHeadReader()
        let first = pieces.take(bytes[..<place])
        guard case .whole(let head, let rest) = whole else {
            if first == .incomplete { precondition(pieces.take(bytes[place...]) == whole) }
            return
        }
        if first == .incomplete { precondition(pieces.take(bytes[place...]) == whole) }
        precondition(head.target.utf8.first == UInt8(ascii: "/") && head.contentLength.map { $0 >= 0 } ?? true)
        precondition(rest.count < bytes.count)
        // What a library takes for granted of a header.
        for field in head.fields {
            precondition(!field.name.isEmpty && field.name.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != 58 })
            precondition(field.value.utf8.allSatisfy { $0 >= 32 && $0 != 127 || $0 == 9 })
        }
    },
    "cli-door": { bytes in
        var reader = CLIRequestReader()
        guard case .whole(let body, let rest) = reader.take(bytes) else { return }
        precondition(body.count + rest.count < bytes.count)
        guard let request = try? CLIRequest(body: body) else { return }
        precondition(!request.command.isEmpty)
        for parameter in request.parameters { _ = try? request.flag(parameter.name) }
    },
    "thin-cli": { bytes in
        // The server's side and the client's: each reads a greeting, then frames and what stands outside of them.
        var decoder = CLIFrameDecoder()
        decoder.append(bytes)
        guard case .hello? = try? decoder.greeting() else { return }
        var blobs = 0
        while let message = try? decoder.next() {
            var again = CLIFrameDecoder()
            again.append(CLIGreeting.encode(.v0_2) + message.encoded)
            _ = try? again.greeting()
            precondition((try? again.next()) == message)
            while decoder.blobBytesLeft > 0 {
                let blob = decoder.takeBlob()
                if blob.isEmpty { return }
                blobs += blob.count
            }
        }
        precondition(blobs <= bytes.count)
    },
    "xml-rpc": { bytes in
        guard let call = try? XMLRPC.readCall(bytes) else { return }
        // What was understood is written so that it is understood again.
        precondition((try? XMLRPC.readCall(XMLRPC.encode(call))) != nil)
    },
    "json-rpc": { bytes in
        guard let request = try? JSONRPC.readRequest(bytes) else { return }
        precondition((try? JSON.read(JSONRPC.encode(.success(.set(request.call.parameters)), to: request))) != nil)
    },
    "query": { bytes in
        guard let query = try? Query(String(decoding: bytes, as: UTF8.self)) else { return }
        precondition(query.columns.count <= query.comparisons * 2)
        _ = query.matches { $0 }
    },
    "timestamp": { bytes in
        if bytes.count >= 8 {
            let number = bytes.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
            let time = Timestamp(seconds: Int64(bitPattern: number))
            precondition(Timestamp(iso8601: time.iso8601) == time)
        }
        guard let time = Timestamp(iso8601: String(decoding: bytes, as: UTF8.self)) else { return }
        precondition(Timestamp(iso8601: time.iso8601) == time)
    },
    "dump": { bytes in
        guard let dump = try? DatabaseDump(bytes) else { return }
        precondition((try? DatabaseDump(dump.encoded)) == dump)
    },
]
