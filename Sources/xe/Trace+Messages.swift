import XenAPI

extension CLIMessage {
    /// As the vendor's client names it in its trace.
    var traced: String {
        switch self {
        case .print(let text): "Command Print \(text)"
        case .printStderr(let text): "Command PrintStderr \(text)"
        case .debug(let text): "Command Debug \(text)"
        case .load(let file): "Command Load \(file)"
        case .httpGet(let file, let url): "Command HttpGet \(url) -> \(file)"
        case .httpPut(let file, let url): "Command HttpPut \(url) -> \(file)"
        case .httpConnect(let url): "Command HttpConnect \(url)"
        case .prompt: "Command Prompt"
        case .exit(let code): "Command Exit \(code)"
        case .error(let code, let parameters): "Command Error \(code) [ \(parameters.joined(separator: "; "))]"
        case .ok: "Response OK"
        case .wait: "Response Wait"
        case .failed: "Response Failed"
        case .chunk(let length): "Blob Chunk \(length)"
        case .end: "Blob End"
        }
    }
}
