import Datamodel

/// Every message of the datamodel by its full name, such as `host.disable`.
struct MethodTable: Sendable {
    struct Method: Sendable {
        let name: String
        let model: ClassModel
        let message: Message
    }

    private let methods: [String: Method]

    init(_ classes: [ClassModel] = Datamodel.classesInOrder) {
        var methods: [String: Method] = [:]
        for model in classes {
            for message in model.allMessages {
                let name = "\(model.name).\(message.name)"
                methods[name] = Method(name: name, model: model, message: message)
            }
        }
        self.methods = methods
    }

    subscript(name: String) -> Method? { methods[name] }

    /// The names of all messages, sorted.
    var names: [String] { methods.keys.sorted() }
}
