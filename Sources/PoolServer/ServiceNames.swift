public import ServiceLifecycle

extension ServiceGroupConfiguration.ServiceConfiguration {
    /// A service under the name of its type.
    ///
    /// Without a name a group takes the service's description, which of a value that has none is all that it holds: of a
    /// server the whole pool, its sessions and keys, in every error and in the log.
    public init(namedByType service: any Service) {
        self.init(service: service, serviceName: "\(type(of: service))")
    }
}
