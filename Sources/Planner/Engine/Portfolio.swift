/// Tries recipes one after the other and keeps the best plan.
struct Portfolio {
    let model: Model
    let pass: Pass
    private(set) var passes = 0
    private(set) var curve: [Int: Outcome] = [:]
    private(set) var best: (outcome: Outcome, recipe: Recipe)?

    init(_ model: Model) {
        self.model = model
        pass = Pass(model)
    }
}
