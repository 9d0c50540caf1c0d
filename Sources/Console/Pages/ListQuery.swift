import Foundation

/// What the reader of a list asks for, as the list's address says it: words to look for, a filter, an order, and which page.
/// The server looks, sorts and cuts, so that a list is as quick with ten thousand lines as with ten.
struct ListQuery: Sendable {
    let path: String
    /// Words that have to be found in a line.
    let text: String
    /// The name of the filter in use; the first one shows all.
    let filter: String
    let sort: String
    let isDescending: Bool
    /// From 1.
    let page: Int
    /// What else the address says, such as the host whose VMs are shown.
    let others: [String: String]

    /// Lines of a page.
    static let pageSize = 100

    /// - Parameters:
    ///   - filters: names of filters, the one that shows all first.
    ///   - sorts: names of columns that can be sorted by, the usual one first.
    ///   - others: names of further fields that are kept.
    init(_ path: String, _ query: [String: String], filters: [String], sorts: [String], others: [String] = []) {
        self.path = path
        text = String((query["q"] ?? "").prefix(200))
        let filter = query["show"] ?? ""
        self.filter = filters.contains(filter) ? filter : filters.first ?? ""
        let sort = query["sort"] ?? ""
        let name = String(sort.drop { $0 == "-" })
        self.sort = sorts.contains(name) ? name : sorts.first ?? ""
        isDescending = sorts.contains(name) && sort.hasPrefix("-")
        page = max(1, query["page"].flatMap { Int($0) } ?? 1)
        self.others = query.filter { others.contains($0.key) && !$0.value.isEmpty }
    }

    /// The list's address with some of its fields otherwise. Another order or filter begins at the first page.
    func address(_ changes: [String: String] = [:]) -> String {
        var fields = others
        fields["q"] = text
        fields["show"] = filter
        fields["sort"] = (isDescending ? "-" : "") + sort
        fields.merge(changes) { $1 }
        let pairs = fields.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
        return path + "?" + pairs.map { "\($0.key)=\(Form.encode($0.value))" }.joined(separator: "&")
    }

    /// Whether all the words that are looked for stand in some texts. A uuid is found by its beginning, if that is no short
    /// word that any uuid could hold.
    func finds(_ texts: String..., uuid: String = "") -> Bool {
        guard !text.isEmpty else { return true }
        let all = texts.joined(separator: " ").lowercased()
        return text.lowercased().split(separator: " ").allSatisfy { word in
            all.contains(word) || word.count >= Self.leastOfUUID && uuid.lowercased().hasPrefix(word)
        }
    }

    private static let leastOfUUID = 4

    /// The lines of this page, out of all that were found, and the number of the page that is shown.
    func cut<Line>(_ lines: [Line]) -> (shown: ArraySlice<Line>, page: Int) {
        let page = min(page, Self.pages(lines.count))
        return (lines.dropFirst((page - 1) * Self.pageSize).prefix(Self.pageSize), page)
    }

    static func pages(_ count: Int) -> Int { max(1, (count + pageSize - 1) / pageSize) }
}

/// A name as people sort names: `xs2` before `xs10`, and no matter how it is written. Made once for each line.
struct NaturalKey: Comparable, Sendable {
    private let text: String

    init(_ name: String) {
        var text = ""
        var digits = ""
        func pad() {
            guard !digits.isEmpty else { return }
            let significant = digits.drop { $0 == "0" }
            text += String(repeating: "0", count: max(0, 20 - significant.count)) + significant
            digits = ""
        }
        for character in name.lowercased() {
            if character.isASCII, character.isNumber {
                digits.append(character)
            } else {
                pad()
                text.append(character)
            }
        }
        pad()
        self.text = text
    }

    static func < (a: NaturalKey, b: NaturalKey) -> Bool { a.text < b.text }
}
