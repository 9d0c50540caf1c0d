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
        api.meters.request(.xmlRPC)
        let answer: [UInt8]
        let bytes = try await body(request)
        do throws(CodecError) {
            let call = try XMLRPC.readCall(bytes)
            answer = await written(call) { XMLRPC.encode($0, i4Members: ["valid_ref_counts"]) }
        } catch {
            answer = XMLRPC.encode(.fault(code: 1, text: "The call can not be understood: \(error)"))
        }
        return Response(
            status: .ok,
            headers: [.contentType: "text/xml", .cacheControl: "no-cache, no-store"],
            body: .known(answer)
        )
    }

    private func json(_ request: Request) async throws -> Response {
        api.meters.request(.jsonRPC)
        let bytes = try await body(request)
        let answer: [UInt8]
        do throws(JSONRPC.Refusal) {
            let call = try JSONRPC.readRequest(bytes)
            answer = await written(call.call) { JSONRPC.encode($0, to: call) }
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

    /// The answer to a call as bytes: one that takes long is worked out and written where it keeps nobody waiting.
    private func written(
        _ call: MethodCall,
        _ encode: @Sendable (MethodResponse) -> [UInt8]
    ) async -> [UInt8] {
        guard BackLane.isFor(call) else { return encode(await answer(call)) }
        return await withTaskExecutorPreference(api.lane) { encode(await answer(call)) }
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
