import PoolServer
import ServiceLifecycle
import Testing

@Suite struct ServiceNameTests {
    private struct Keeper: Service {
        let secret = "of nobody's business"
        func run() async throws {}
    }

    @Test func `a service is called by its type, and what it holds is in no name`() {
        let named = ServiceGroupConfiguration.ServiceConfiguration(namedByType: Keeper())
        #expect(named.serviceName == "Keeper")
    }
}
