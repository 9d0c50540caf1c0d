/// One pass of the cascade without search, proof or check, for measuring.
package struct OnePass {
    private let pass: Pass
    private let recipe: Recipe

    /// Prepares the columns of an instance, which must be valid.
    package init(_ instance: UpdateInstance) {
        let model = Model(instance)
        pass = Pass(model)
        var recipe = Recipe()
        recipe.prepared = instance.hosts.count
        recipe.maxParallel = instance.parameters.maxParallel
        self.recipe = recipe
    }

    /// Runs it; the mixed state in seconds, nil when it found no plan.
    package func run() -> Int? {
        let outcome = pass.run(recipe)
        return outcome.solved ? outcome.mixed : nil
    }
}
