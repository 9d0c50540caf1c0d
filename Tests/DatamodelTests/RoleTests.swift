import Datamodel
import Testing

@Suite("Roles")
struct RoleTests {
    @Test("Each role may do what the ones before it may")
    func order() {
        #expect(Role.allCases.sorted() == Role.allCases)
        #expect(Role.readOnly < .vmOperator)
        #expect(Role.poolAdmin < .localRoot)
    }
}
