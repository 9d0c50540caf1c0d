/// A catalogue prepared for solving: uuids become numbers, and everything that is the same for all hosts is worked out once.
public struct CatalogueIndex: Sendable {
    /// The catalogue.
    public let catalogue: Catalogue
    /// The number of each update, by uuid.
    let numbers: UpdateNumbers
    /// What each update requires; -1 stands for one that the catalogue does not know.
    let requires: Relation
    /// What each update conflicts with, in both directions.
    let conflicts: Relation
    /// What each update supersedes, directly and through others.
    let supersedes: Relation
    /// By what each update is superseded, the other way round.
    let supersededBy: Relation
    /// Uuids of requirements that the catalogue does not know, by update.
    let unknownRequirements: [[String]]
    /// The updates that belong to each version, in catalogue order; those that an up-to-date host has (the catalogue's
    /// own list, or else everything that no other of them supersedes); and membership.
    let versions: [(updates: [Int], targets: [Int], isMember: [Bool])]

    /// Prepares a catalogue.
    ///
    /// - Throws: ``CatalogueError`` where a uuid appears twice.
    public init(_ catalogue: Catalogue) throws(CatalogueError) {
        var entered = UpdateNumbers()
        for (number, update) in catalogue.updates.enumerated() {
            guard entered.enter(update.uuid, number) else {
                throw CatalogueError(
                    reason: "The hotfix \(update.uuid) (\(update.label)) appears twice in the catalogue."
                )
            }
        }
        let numbers = entered
        let updates = catalogue.updates
        var conflicts = updates.map { $0.conflicts.compactMap { numbers[$0] } }
        for (number, others) in conflicts.enumerated() {
            for other in others where !conflicts[other].contains(number) { conflicts[other].append(number) }
        }
        let direct = updates.map { $0.supersedes.compactMap { numbers[$0] } }
        let supersedes = Self.closure(direct)
        var supersededBy = [[Int]](repeating: [], count: updates.count)
        for (number, others) in supersedes.enumerated() { for other in others { supersededBy[other].append(number) } }

        self.catalogue = catalogue
        self.numbers = numbers
        requires = Relation(updates.map { $0.requires.map { numbers[$0] ?? -1 } })
        unknownRequirements = updates.map { $0.requires.filter { numbers[$0] == nil } }
        self.conflicts = Relation(conflicts)
        self.supersedes = Relation(supersedes)
        self.supersededBy = Relation(supersededBy)
        versions = catalogue.versions.map { version in
            let members = Set(version.updates.compactMap { numbers[$0] }).sorted()
            var isMember = [Bool](repeating: false, count: updates.count)
            for member in members { isMember[member] = true }
            let targets =
                version.minimal.map { $0.compactMap { numbers[$0] } }
                ?? members.filter { !supersededBy[$0].contains { isMember[$0] } }
            return (members, targets, isMember)
        }
    }

    /// Everything that can be reached from each node, itself left out; cycles end where they began.
    private static func closure(_ edges: [[Int]]) -> [[Int]] {
        var mark = [Int](repeating: -1, count: edges.count)
        return edges.indices.map { start in
            if edges[start].isEmpty { return [] }
            var reached: [Int] = []
            var open = edges[start]
            mark[start] = start
            while let node = open.popLast() {
                if mark[node] == start { continue }
                mark[node] = start
                reached.append(node)
                open += edges[node]
            }
            return reached
        }
    }
}

extension CatalogueIndex {
    /// What is wrong with the catalogue, a sentence each: names that lead nowhere, and requirements in a circle.
    public func problems() -> [String] {
        var problems: [String] = []
        for (number, update) in catalogue.updates.enumerated() {
            for uuid in unknownRequirements[number] {
                problems.append("\(update.label) requires \(uuid), which the catalogue does not know.")
            }
            for uuid in update.conflicts + update.supersedes where numbers[uuid] == nil {
                problems.append("\(update.label) names \(uuid), which the catalogue does not know.")
            }
        }
        for version in catalogue.versions {
            for uuid in version.updates + (version.minimal ?? []) where numbers[uuid] == nil {
                problems.append("\(version.name) names \(uuid), which the catalogue does not know.")
            }
        }
        for cycle in RequirementCycles.find(requires) {
            let labels = cycle.map { catalogue.updates[$0].label }
            problems.append("\(labels.joined(separator: ", ")) require one another, so none of them can be applied.")
        }
        return problems
    }
}

/// Finds requirements in a circle.
enum RequirementCycles {
    /// The groups of updates that require one another (Tarjan's strongly connected components), each sorted. Iterative,
    /// so that a long chain does not exhaust the stack.
    static func find(_ requires: Relation) -> [[Int]] {
        var order = [Int](repeating: -1, count: requires.count)
        var low = order
        var onStack = [Bool](repeating: false, count: requires.count)
        var stack: [Int] = []
        var next = 0
        var cycles: [[Int]] = []
        for root in 0..<requires.count where order[root] < 0 {
            var calls: [(node: Int, edge: Int)] = [(root, 0)]
            while let (node, edge) = calls.last {
                if edge == 0 {
                    order[node] = next
                    low[node] = next
                    next += 1
                    stack.append(node)
                    onStack[node] = true
                }
                if edge < requires.count(of: node) {
                    calls[calls.count - 1].edge += 1
                    let target = requires[node, edge]
                    if target < 0 { continue }
                    if order[target] < 0 {
                        calls.append((target, 0))
                    } else if onStack[target] {
                        low[node] = min(low[node], order[target])
                    }
                    continue
                }
                calls.removeLast()
                if let parent = calls.last?.node { low[parent] = min(low[parent], low[node]) }
                guard low[node] == order[node], let start = stack.lastIndex(of: node) else { continue }
                let group = Array(stack[start...])
                stack.removeSubrange(start...)
                for member in group { onStack[member] = false }
                if group.count > 1 || requires[node].contains(node) { cycles.append(group.sorted()) }
            }
        }
        return cycles
    }
}
