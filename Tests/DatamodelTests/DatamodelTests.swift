import Datamodel
import Testing

@Suite("Datamodel")
struct DatamodelTests {
    @Test("XenAPI 6.0 has 45 classes, each under its own name")
    func classes() {
        #expect(Datamodel.classes.count == 45)
        for (name, model) in Datamodel.classes { #expect(model.name == name) }
        #expect(Set(Datamodel.offered.map(\.name)).count == Datamodel.classes.count + Datamodel.extensions.count)
    }

    @Test("A column's namespaces are set off by two underscores, a record's by one")
    func columns() {
        #expect(Field.name(ofColumn: "name__label") == "name_label")
        #expect(Field.name(ofColumn: "API_version__major") == "API_version_major")
        #expect(Field.name(ofColumn: "other_config") == "other_config")
        #expect(Datamodel.classes["pool"]?.field("name_label")?.column == "name_label")
        #expect(Datamodel.classes["VM"]?.field("name_label")?.column == "name__label")
    }

    @Test("Names are unique within each class, and everything is documented")
    func uniqueAndDocumented() {
        for model in Datamodel.offered {
            #expect(Set(model.fields.map(\.name)).count == model.fields.count, "\(model.name)")
            #expect(Set(model.fields.map(\.column)).count == model.fields.count, "\(model.name)")
            let messages = model.allMessages
            #expect(Set(messages.map(\.name)).count == messages.count, "\(model.name)")
            #expect(!model.doc.isEmpty)
            for field in model.fields { #expect(!field.doc.isEmpty, "\(model.name).\(field.name)") }
            for message in messages { #expect(!message.doc.isEmpty, "\(model.name).\(message.name)") }
        }
        for error in Datamodel.errors.values { #expect(!error.description.isEmpty, "\(error.code)") }
    }

    @Test("Every class that a type mentions exists")
    func references() {
        let names = Set(Datamodel.offered.map(\.name))
        func check(_ type: FieldType, _ place: String) {
            switch type {
            case .ref(let name), .record(let name): #expect(names.contains(name), "\(place) mentions \(name)")
            case .set(let element): check(element, place)
            case .map(let key, let value):
                check(key, place)
                check(value, place)
            case .enumeration(let list): #expect(!list.cases.isEmpty, "\(place)")
            case .string, .int, .float, .bool, .datetime, .void: break
            }
        }
        for model in Datamodel.offered {
            for field in model.fields { check(field.type, "\(model.name).\(field.name)") }
            for message in model.allMessages {
                let place = "\(model.name).\(message.name)"
                check(message.result, place)
                for parameter in message.parameters { check(parameter.type, place) }
            }
        }
    }

    @Test("Both ends of a relation are reference fields of the right class")
    func relations() throws {
        #expect(Datamodel.relations.count == 40)
        for relation in Datamodel.relations {
            for (end, other) in [(relation.forward, relation.back), (relation.back, relation.forward)] {
                let field = try #require(Datamodel.classes[end.className]?.field(end.fieldName), "\(end)")
                let target: FieldType = if case .set(let element) = field.type { element } else { field.type }
                // subject.roles and role.subroles mirror themselves in the original, so their target is a role.
                if end != other { #expect(target == .ref(other.className), "\(end)") }
            }
        }
        #expect(Datamodel.backReference("pool_patch", "host_patches")?.forward.description == "host_patch.pool_patch")
        #expect(Datamodel.backReference("host_patch", "pool_patch") == nil)
    }

    @Test("Getters and setters follow a field's access and type")
    func accessors() throws {
        let patch = try #require(Datamodel.classes["pool_patch"])
        let names = Set(patch.implicitMessages.map(\.name))
        #expect(
            names.isSuperset(of: ["get_size", "set_other_config", "add_to_other_config", "remove_from_other_config"])
        )
        #expect(names.isDisjoint(with: ["get_filename", "set_size", "set_name_label", "create", "destroy"]))

        let vm = try #require(Datamodel.classes["VM"])
        let tags = vm.implicitMessages.filter { $0.name.hasSuffix("_tags") }
        #expect(tags.map(\.name) == ["get_tags", "set_tags", "add_tags", "remove_tags"])
        #expect(tags.map(\.role) == [.readOnly, .vmOperator, .vmOperator, .vmOperator])
        #expect(tags[2].parameters == [.init("self", .ref("VM")), .init("value", .string)])
        #expect(tags[3].result == .void)
        #expect(vm.field("other_config")?.keyRoles["folder"] == .vmOperator)
        #expect(Datamodel.implicitMessages(of: "event").isEmpty)
        #expect(Datamodel.implicitMessages(of: "no such class").isEmpty)
    }

    @Test("A secret is kept from mere readers")
    func secrets() throws {
        let secret = try #require(Datamodel.classes["secret"])
        #expect(secret.allMessages.allSatisfy { $0.role >= .poolOperator })
    }

    @Test("Some keys of a map may be set by lesser roles than the rest")
    func keyRoles() throws {
        let host = try #require(Datamodel.classes["host"])
        let config = try #require(host.field("other_config"))
        #expect(host.role(toSet: config) == .poolOperator)
        #expect(host.role(toSet: config, key: "boot_time") == .poolOperator)
        #expect(host.role(toSet: config, key: "Folder") == .vmOperator)
        #expect(host.role(toSet: config, key: "XenCenter.CustomFields.owner") == .vmOperator)
        let network = try #require(Datamodel.classes["network"])
        #expect(network.role(toSet: try #require(network.field("name_label"))) == .poolOperator)
        #expect(network.role(toSet: try #require(network.field("MTU"))) == .vmAdmin)
    }

    @Test("What came after 6.0 says so")
    func later() throws {
        let patch = try #require(Datamodel.classes["pool_patch"])
        #expect(patch.messages.filter { $0.since == "6.1" }.map(\.name) == ["pool_clean", "clean_on_host"])
        #expect(Datamodel.errors["PATCH_PRECHECK_FAILED_ISO_MOUNTED"]?.since == "6.2")
        #expect(Datamodel.errors["PATCH_IS_APPLIED"]?.since == nil)
    }
}
