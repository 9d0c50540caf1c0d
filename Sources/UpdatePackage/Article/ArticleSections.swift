/// The titles that these articles have had since XenServer 6, with their levels. Their order is the order of sections.
enum ArticleSection: String, CaseIterable {
    case audience = "Who Should Install This Hotfix?"
    case issues = "Issues Resolved in This Hotfix"
    case installing = "Installing the Hotfix"
    case console = "Installing the update by using XenCenter"
    case commandLine = "Installing the update by using the xe Command Line Interface"
    case files = "Files"
    case hotfixFile = "Hotfix File"
    case filesUpdated = "Files Updated"

    var level: Int {
        switch self {
        case .audience, .issues, .installing, .files: 1
        case .console, .commandLine, .hotfixFile, .filesUpdated: 2
        }
    }

    var heading: Article.Block { .heading(rawValue, level: level) }

    /// The section of which a line is the title.
    init?(line: String) { self.init(rawValue: trimmed(line)) }
}
