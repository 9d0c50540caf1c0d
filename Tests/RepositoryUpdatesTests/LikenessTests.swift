import Testing

@testable import RepositoryUpdates

/// Which hosts are alike, and in what others differ.
struct LikenessTests {
    @Test("Hosts of one release with the same repositories are one class, whose set is what most of them would get")
    func oneClass() {
        let classes = Likeness.classes([
            Values.asked("c", installed: [Values.installed("tool", "2")], offers: []),
            Values.asked("a", "b"),
        ])
        #expect(classes.map(\.hosts) == [["a", "b", "c"]])
        #expect(classes[0].packages == [Values.package("tool", "2")])
        #expect(classes[0].differences.isEmpty, "what a host has already is no difference")
    }

    @Test("Hosts of three releases are three classes, and none of them differs from its like")
    func releases() {
        let classes = Likeness.classes([
            Values.asked("a", release: "8"), Values.asked("b", "c", release: "9"), Values.asked("d", release: "10"),
        ])
        #expect(classes.map(\.release) == ["9", "8", "10"])
        #expect(classes.flatMap(\.differences).isEmpty)
    }

    @Test("A host with another repository is in a class of its own, and told")
    func repository() {
        let extra = [Values.repository("extra"), Values.repository("updates")]
        let classes = Likeness.classes([Values.asked("c", repositories: extra), Values.asked("a", "b")])
        #expect(classes.map(\.hosts) == [["a", "b"], ["c"]])
        #expect(
            classes[1].differences == [
                .init(
                    host: "c",
                    text: "has the repository extra besides: it is in a class of its own, unlike a, b"
                )
            ]
        )
        let lacking = Likeness.classes([Values.asked("c"), Values.asked("a", "b", repositories: extra)])
        #expect(
            lacking[1].differences.map(\.text) == [
                "lacks the repository extra: it is in a class of its own, unlike a, b"
            ]
        )
    }

    @Test(
        "What is held back, newer, missing, more or shown otherwise is told in words",
        arguments: [
            (
                Values.asked("c", held: ["tool*"], offers: []),
                "holds tool back at 1-1, 2-1 being on offer (tool*)"
            ),
            (
                Values.asked("c", installed: [Values.installed("tool", "3")], offers: []),
                "has tool 3-1 of its own, newer than the snapshot's 2-1"
            ),
            (
                Values.asked("c", installed: [], offers: []),
                "has no tool, which the snapshot would bring there"
            ),
            (
                Values.asked("c", offers: [Values.package("tool", "2"), Values.package("other", "5", digit: "b")]),
                "would get other-5-1.noarch besides, which the snapshot leaves out"
            ),
            (
                Values.asked("c", repositories: [Values.repository("updates", metadata: "0")]),
                "is shown another state of the repository updates"
            ),
            (
                Values.asked("c", offers: [Values.package("tool", "4", digit: "c")]),
                "would get tool-4-1.noarch in place of tool-2-1.noarch"
            ),
        ]
    )
    func words(other: AskedHosts, text: String) {
        let classes = Likeness.classes([Values.asked("a", "b"), other])
        #expect(classes.count == 1)
        #expect(classes[0].differences == [.init(host: "c", text: text)])
    }
}
