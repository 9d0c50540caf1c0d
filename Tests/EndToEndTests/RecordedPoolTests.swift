import Foundation
import TestSupport
import Testing

/// `pitstop serve --pool dump:FILE`, as far as it does not get.
struct RecordedPoolTests {
    @Test(
        "A broken dump is refused with its place, and nothing is loaded",
        arguments: [
            (
                "<database>\n<table name=\"pool\"><row ref=\"OpaqueRef:p\" other_config=\"(('a'\"/></table></database>",
                "line 2"
            ),
            ("<database>\n\n<table name=\"pool\"><row ref=\"OpaqueRef:p\"", "line 3"),
            ("<!DOCTYPE x [<!ENTITY e \"boom\">]><database>&e;</database>", "line 1"),
        ]
    )
    func broken(text: String, place: String) async throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(Data(text.utf8), to: "state.db")
        let password = try directory.write(Data("word\n".utf8), to: "password")
        let told = try await Tools.run(
            Products.pitstop,
            [
                "serve", "--state", directory.file("state"), "--listen", "127.0.0.1:0", "--pool", "dump:\(file)",
                "--password-file", password,
            ]
        )
        #expect(told.code == 1)
        #expect(told.output == "")
        #expect(told.error.contains(file) && told.error.contains(place), "\(told.error)")
        #expect(told.error.contains("column"), "\(told.error)")
    }
}
