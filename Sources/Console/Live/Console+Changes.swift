extension Console {
    /// Rings the bell for everything that pages may show, until the task is cancelled.
    func listen() async {
        var generation = access.snapshot.generation
        while !Task.isCancelled {
            generation = await access.change(after: generation).generation
            live.bell.ring()
        }
    }
}
