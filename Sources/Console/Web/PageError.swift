import Datamodel
import XenAPI

/// Why a page can not be shown, or something can not be done, in the operator's words.
struct PageError: Error, Sendable {
    var status: Int
    var title: String
    /// What happened, and what to do next.
    var text: String
    /// A page that helps, where there is one.
    var next: (path: String, words: String)?

    init(_ status: Int, _ title: String, _ text: String) {
        (self.status, self.title, self.text) = (status, title, text)
    }

    static let notFound = PageError(
        404,
        "There is no such page",
        "The address may be mistyped, or what it showed is gone. Start from the pool's page."
    )
    static let notAForm = PageError(415, "That was no form", "Go back, reload the page, and try again.")
    static let tooLarge = PageError(
        413,
        "That was too much",
        "A form of this console is never longer than 256 KiB. Nothing was changed."
    )
    static let crossSite = PageError(
        403,
        "Nothing was changed",
        "This did not come from a page of this console that you have open. Go back, reload the page, and try again."
    )

    static func mayNot(_ signedIn: SignedIn, needs: String) -> PageError {
        PageError(
            403,
            "Your role does not allow this",
            "You are signed in as \(signedIn.user) with the role \(signedIn.role.rawValue); this needs \(needs). "
                + "Sign in as somebody else, or ask a pool-admin."
        )
    }

    /// An error of XenAPI in words.
    init(_ error: APIError) {
        let words = error.parameters.filter { !$0.isEmpty && !$0.hasPrefix("OpaqueRef:") }
        let isAboutTrust = error.code == "INVALID_PATCH"
        self.init(
            error.code == "RBAC_PERMISSION_DENIED" ? 403 : 409,
            Self.titles[error.code] ?? "The server refused",
            words.isEmpty ? Self.reason(error.code) : "\(words.joined(separator: " · ")) (\(error.code))"
        )
        if isAboutTrust { next = ("/trust", "Whom this server trusts") }
    }

    /// What to do about an error that says nothing but its code.
    private static func reason(_ code: String) -> String {
        if code == "INVALID_PATCH" {
            return
                "It is not a package that this pool trusts: no trusted key has signed it, or it is damaged or not whole. The "
                + "page Trust shows whose signatures count, and takes a publisher's key. (\(code))"
        }
        return
            "It gave no reason but the code \(code). Reload the page to see the pool as it is now, then try again; the pages "
            + "Tasks and Audit show what else is being done."
    }

    private static let titles = [
        "INVALID_PATCH": "This file was not taken",
        "INVALID_PATCH_WITH_LOG": "The package could not say what it is",
        "PATCH_ALREADY_EXISTS": "This update is uploaded already",
        "OUT_OF_SPACE": "There is not enough room on the coordinator's disk",
        "RBAC_PERMISSION_DENIED": "Your role does not allow this",
        "INTERNAL_ERROR": "The server can not do this",
        "HANDLE_INVALID": "That object is gone",
        "OTHER_OPERATION_IN_PROGRESS": "Something else is being done with it",
        "PATCH_IS_APPLIED": "The update is applied to hosts, so it stays",
    ]
}
