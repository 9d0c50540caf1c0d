/// A drawing with a lane for each host and time from left to right, in seconds from its beginning.
struct Chart: Sendable {
    let seconds: Int
    let lanes: Int

    private static let left = 150.0
    private static let width = 850.0
    private static let laneHeight = 24.0

    private var total: Double { Double(max(1, seconds)) }
    private var height: Double { Double(lanes) * Self.laneHeight + 34 }
    private func x(_ seconds: Int) -> Double { Self.left + Double(seconds) / total * Self.width }

    /// The whole of it.
    ///
    /// - Parameter label: what it shows, for whoever does not see it.
    func drawing(_ label: String, _ lanes: [HTML]) -> HTML {
        SVG.svg(.viewBox("0 0 1010 \(Int(height))"), .class("gantt"), .role("img"), .aria("aria-label", label)) {
            HTML.group(lanes)
            axis
        }
    }

    /// A host's lane.
    ///
    /// - Parameter content: what is drawn in it, given where it begins from above.
    func lane(_ index: Int, _ name: String, @HTMLBuilder content: (Double) -> HTML) -> HTML {
        let y = Double(index) * Self.laneHeight
        return SVG.g {
            if index % 2 == 0 { Self.rectangle("stripe", 0, 1010, y, Self.laneHeight, "") }
            SVG.text(.x("4"), .y(Self.text(y + 16))) { String(name.prefix(22)) }
            content(y)
        }
    }

    func bar(_ look: String, _ from: Int, _ to: Int, _ y: Double, _ height: Double, _ title: String) -> HTML {
        Self.rectangle(look, x(from), x(to), y, height, title)
    }

    /// A line through all lanes.
    func line(at seconds: Int, _ title: String) -> HTML {
        Self.rectangle("now", x(seconds), x(seconds), 0, Double(lanes) * Self.laneHeight, title)
    }

    private static func rectangle(
        _ look: String,
        _ from: Double,
        _ to: Double,
        _ y: Double,
        _ height: Double,
        _ title: String
    ) -> HTML {
        SVG.rect(
            .class(look),
            .x(text(from)),
            .y(text(y)),
            .width(text(max(2, to - from))),
            .height(text(height))
        ) {
            if !title.isEmpty { SVG.title { title } }
        }
    }

    private var axis: HTML {
        let step = [60, 300, 600, 1800, 3600, 7200, 14_400].first { Int(total) / $0 <= 10 } ?? 43_200
        return SVG.g {
            // A label at the very end would be cut off.
            for seconds in stride(from: 0, through: Int(total), by: step) where x(seconds) < 960 {
                SVG.text(.x(Self.text(x(seconds))), .y(Self.text(height - 8))) { Words.duration(seconds) }
            }
        }
    }

    private static func text(_ number: Double) -> String { String((number * 10).rounded() / 10) }
}
