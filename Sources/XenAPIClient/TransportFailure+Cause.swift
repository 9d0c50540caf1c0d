import AsyncHTTPClient
import NIOCore
import NIOPosix
import NIOSSL

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension XenAPIError {
    /// What an error of the layers below means.
    ///
    /// - Parameters:
    ///   - endpoint: whom the exchange was with.
    ///   - policy: what its certificate was held against.
    ///   - limit: how long the exchange was given.
    static func of(_ error: any Error, at endpoint: Endpoint, _ policy: TLSPolicy, within limit: Duration) async
        -> XenAPIError
    {
        func failure(_ reason: TransportFailure.Reason, mayHaveArrived: Bool = false) -> XenAPIError {
            .transport(TransportFailure(endpoint, reason, mayHaveArrived: mayHaveArrived))
        }
        let silent = TransportFailure.Reason.silent(seconds: limit.components.seconds)
        switch error {
        case let known as XenAPIError: return known
        case is CancellationError: return .cancelled
        case let place as Redirection: return failure(.elsewhere(place.location))
        case is DeadlineExceeded: return failure(silent, mayHaveArrived: true)
        case let pin as PinMismatch: return failure(.untrusted(shown: pin.shown, expected: policy.expected))
        case let connection as NIOConnectionError:
            guard let cause = connection.connectionErrors.first?.error else { return failure(.unknownName) }
            return failure(.unreachable(words(cause)))
        case let problem as HTTPClientError:
            switch problem {
            case .cancelled: return .cancelled
            case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout:
                return failure(.unreachable("it does not answer"))
            case .deadlineExceeded, .readTimeout, .writeTimeout: return failure(silent, mayHaveArrived: true)
            default: return failure(.cut, mayHaveArrived: true)
            }
        case let problem as IOError where problem.errnoCode == ECONNREFUSED:
            return failure(.unreachable(words(problem)))
        // Seldom of a connection that was there before: nobody can tell.
        case let problem as IOError where [EHOSTUNREACH, ENETUNREACH, EHOSTDOWN].contains(problem.errnoCode):
            return failure(.unreachable(words(problem)), mayHaveArrived: true)
        case NIOSSLError.uncleanShutdown: return failure(.cut, mayHaveArrived: true)
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            let text = "\(error)"
            guard text.contains("CERTIFICATE_VERIFY_FAILED") else {
                return failure(tlsWords(text).map { .tls($0) } ?? .unreachable("it hangs up while TLS begins"))
            }
            let shown = try? await CertificateProbe.read(endpoint, policy, within: .seconds(15))
            return failure(.untrusted(shown: shown, expected: policy.expected))
        default: return failure(.cut, mayHaveArrived: true)
        }
    }

    private static func words(_ cause: any Error) -> String {
        guard let error = cause as? IOError else { return "\(cause)" }
        return switch error.errnoCode {
        case ECONNREFUSED: "nothing listens there"
        case ETIMEDOUT: "it does not answer"
        case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN: "there is no way to it"
        case ECONNRESET: "it hangs up"
        default: error.description
        }
    }

    /// The library's reason, without its source files and line numbers; nil where the other side has just gone.
    private static func tlsWords(_ text: String) -> String? {
        for (mark, words) in [
            ("UNSUPPORTED_PROTOCOL", "it speaks an older version only"),
            ("PROTOCOL_VERSION", "it speaks an older version only"),
            ("HANDSHAKE_FAILURE", "it takes none of our ciphers"),
            ("NO_SHARED_CIPHER", "it takes none of our ciphers"),
            ("WRONG_VERSION_NUMBER", "it does not speak TLS there"),
            ("HTTP_REQUEST", "it does not speak TLS there"),
        ] where text.contains(mark) { return words }
        return nil
    }
}
