import Datamodel

/// Every message of the datamodel by its full name, such as `host.disable`.
struct MethodTable: Sendable {
    struct Method: Sendable {
        let name: String
        let model: ClassModel
        let message: Message
    }

    private let methods: [String: Method]
    /// The same under names with an underscore for the dot (`event_from`), which XenServer understands too: in Python
    /// `from` can not be the name of a method.
    private let alternatives: [String: Method]

    init(_ classes: [ClassModel] = Datamodel.offered) {
        var methods: [String: Method] = [:]
        for model in classes {
            for message in model.allMessages {
                let name = "\(model.name).\(message.name)"
                methods[name] = Method(name: name, model: model, message: message)
            }
        }
        self.methods = methods
        alternatives = Dictionary(methods.values.map { ("\($0.model.name)_\($0.message.name)", $0) }) { first, _ in
            first
        }
    }

    subscript(name: String) -> Method? { methods[name] ?? alternatives[name] }

    /// The names of all messages, sorted.
    var names: [String] { methods.keys.sorted() }
}
