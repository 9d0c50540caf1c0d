import Datamodel
import FoundationEssentials
import Testing

@Suite("API reference")
struct APIReferenceTests {
    private static let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "docs/api.md")

    @Test("docs/api.md is what the datamodel says")
    func isCurrent() throws {
        if ProcessInfo.processInfo.environment["UPDATE_DOCS"] != nil {
            try Data(APIReference.markdown().utf8).write(to: Self.file)
        }
        let committed = try String(contentsOf: Self.file, encoding: .utf8)
        #expect(
            committed == APIReference.markdown(),
            "docs/api.md is out of date: run UPDATE_DOCS=1 swift test --filter APIReference and commit it"
        )
    }

    @Test("It covers every class and every error")
    func covers() {
        let page = APIReference.markdown()
        for model in Datamodel.classesInOrder { #expect(page.contains("\n### \(model.name)\n"), "\(model.name)") }
        for code in Datamodel.errors.keys { #expect(page.contains("| `\(code)` |"), "\(code)") }
    }
}
