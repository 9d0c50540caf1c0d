import HTTPTypes
import Hummingbird
import NIOCore
import XenAPI

/// The door for programs: XML-RPC at every path, JSON-RPC at `/jsonrpc`.
struct RPCDoor: Sendable {
    let api: API

    /// A call longer than this is refused, as XenServer does.
    static let largestCall = 300 << 10

    func addRoutes(to router: Router<BasicRequestContext>) {
        router.post("jsonrpc") { request, _ in try await json(request) }
        router.post("/") { request, _ in try await xml(request) }
        router.post("**") { request, _ in try await xml(request) }
    }

    private func xml(_ request: Request) async throws -> Response {
        let response: MethodResponse
        let bytes = try await body(request)
        do throws(CodecError) {
            response = await answer(try XMLRPC.readCall(bytes))
        } catch {
            response = .fault(code: 1, text: "The call can not be understood: \(error)")
        }
        let counters: Set<String> = ["valid_ref_counts"]
        return Response(
            status: .ok,
            headers: [.contentType: "text/xml", .cacheControl: "no-cache, no-store"],
            body: .known(XMLRPC.encode(response, i4Members: counters))
        )
    }

    private func json(_ request: Request) async throws -> Response {
        let bytes = try await body(request)
        let answer: [UInt8]
        do throws(JSONRPC.Refusal) {
            let call = try JSONRPC.readRequest(bytes)
            answer = JSONRPC.encode(await self.answer(call.call), to: call)
        } catch {
            answer = error.answer
        }
        return Response(
            status: .ok,
            headers: [.contentType: "application/json"],
            body: .known(answer)
        )
    }

    private func body(_ request: Request) async throws -> [UInt8] {
        Array(try await request.body.collect(upTo: Self.largestCall).readableBytesView)
    }

    private func answer(_ call: MethodCall) async -> MethodResponse {
        if call.name == "system.listMethods" { return .bare(.strings(api.methods.names)) }
        do throws(APIError) {
            return .success(try await api.call(call.name, call.parameters))
        } catch {
            return .failure(error)
        }
    }
}
