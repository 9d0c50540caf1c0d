import Basics
import PoolDatabase

/// What people call the objects of a pool that plans know by their uuids.
struct PoolNames {
    /// Names by uuid; where two have the same name, each keeps its uuid beside it.
    private var names: [String: String] = [:]
    private var uuids: [String: [String]] = [:]

    /// For instance files, whose ids are the names.
    init() {}

    init(_ snapshot: Snapshot) {
        for row in ["host", "VM", "SR"].flatMap({ snapshot.rows($0) }) where !row.nameLabel.isEmpty {
            uuids[row.nameLabel, default: []].append(row.uuid)
            names[row.uuid] = row.nameLabel.escaped(for: .line)
        }
        for (_, twins) in uuids where twins.count > 1 {
            for uuid in twins { names[uuid]? += " (\(uuid))" }
        }
    }

    /// The id of what somebody calls so; the word itself where no one object has that name.
    func id(of word: String) -> String {
        guard let known = uuids[word], known.count == 1 else { return word }
        return known[0]
    }

    /// A text for people with names in place of uuids. Ids are words of letters, digits and hyphens.
    func applied(to text: String) -> String {
        guard !names.isEmpty else { return text }
        var (result, word) = ("", "")
        for character in text {
            if character.isASCII, character.isLetter || character.isNumber || character == "-" {
                word.append(character)
                continue
            }
            result += names[word] ?? word
            result.append(character)
            word = ""
        }
        return result + (names[word] ?? word)
    }
}
