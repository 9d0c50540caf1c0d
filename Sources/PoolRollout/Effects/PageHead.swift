import FoundationEssentials
import Synchronization

#if canImport(FoundationNetworking)
import Foundation
import FoundationNetworking
#endif

/// Asks for a page and looks at the head of the answer only: whoever answers can make a health gate neither read without end
/// nor ask somewhere else.
final class PageHead: NSObject, URLSessionDataDelegate {
    /// What came back.
    enum Answer: Sendable {
        case status(Int)
        /// The page is somewhere else, as a page says that no operator named.
        case elsewhere(status: Int, String)
        /// Why nothing did.
        case none(String)
    }

    private enum State {
        case asking(CheckedContinuation<Answer, Never>?)
        case answered(Answer)
    }

    private let state = Mutex(State.asking(nil))

    /// Asks, and closes the connection as soon as the head of the answer is there.
    static func ask(_ url: URL, within limit: Duration) async -> Answer {
        let head = PageHead()
        // Nothing is kept of one question for the next: no connection, no cookie, no cached answer.
        let session = URLSession(configuration: .ephemeral, delegate: head, delegateQueue: nil)
        defer { session.invalidateAndCancel() }
        var request = URLRequest(url: url)
        request.timeoutInterval = Double(limit.components.seconds)
        let task = session.dataTask(with: request)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                head.wait(continuation)
                task.resume()
            }
        } onCancel: {
            head.settle(.none("its time is over"))
            task.cancel()
        }
    }

    private func wait(_ continuation: CheckedContinuation<Answer, Never>) {
        let known: Answer? = state.withLock { state in
            if case .answered(let answer) = state { return answer }
            state = .asking(continuation)
            return nil
        }
        if let known { continuation.resume(returning: known) }
    }

    /// The first answer counts.
    private func settle(_ answer: Answer) {
        let waiting: CheckedContinuation<Answer, Never>? = state.withLock { state in
            guard case .asking(let waiting) = state else { return nil }
            state = .answered(answer)
            return waiting
        }
        waiting?.resume(returning: answer)
    }

    func urlSession(
        _ session: URLSession,
        dataTask: URLSessionDataTask,
        didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        settle(.status((response as? HTTPURLResponse)?.statusCode ?? 0))
        completionHandler(.cancel)
        // Foundation on Linux does not heed the word, and has libcurl go on reading for the moment that this takes.
        dataTask.cancel()
    }

    func urlSession(
        _ session: URLSession,
        task: URLSessionTask,
        willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest,
        completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        settle(.elsewhere(status: response.statusCode, request.url?.absoluteString ?? "nowhere"))
        completionHandler(nil)
        task.cancel()
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        settle(.none(error?.localizedDescription ?? "the answer has no head"))
    }
}
