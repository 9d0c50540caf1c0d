import Foundation
import RemotePools
import UpdatePackage
import XenAPIClient

extension FleetFile.Pool {
    init(_ yaml: YAMLMapping, _ folder: String) throws(ManifestError) {
        name = try yaml.required("name")
        do throws(ManifestError) {
            try yaml.allow(["name", "url", "credentials", "certificate", "ring", "labels"])
            let address = try yaml.required("url")
            do throws(EndpointError) { url = try Endpoint(address) } catch {
                throw yaml.error("url", error.description)
            }
            credentials = XenAPIFile.path(try yaml.required("credentials"), folder)
            (pins, authority) = try XenAPIFile.certificate(yaml, folder)
            ring = try yaml.required("ring")
            labels = try yaml.strings("labels")
            guard url.isSecure || pins.isEmpty else {
                throw yaml.error("certificate", "a server that is called by http:// shows no certificate")
            }
        } catch {
            // Forty pools look alike: the line alone does not say which one is meant.
            throw ManifestError(file: error.file, line: error.line, reason: "pool \(name): \(error.reason)")
        }
    }

    /// A client of the pool, which has not signed in yet.
    ///
    /// - Throws: ``TrustFileError`` or ``CredentialsError``, in words.
    func client(_ limits: ClientLimits) throws -> XenAPIClient {
        let authorities = try authority.map { try TLSPolicy.authorities(inFile: $0) } ?? []
        return XenAPIClient(
            url,
            as: try CredentialsFile.read(credentials, environment: [:]),
            policy: TLSPolicy(pins: pins, authorities: authorities),
            limits: limits
        )
    }
}

extension FleetSpec.Ring {
    init(_ yaml: YAMLMapping) throws(ManifestError) {
        let name = try yaml.required("name")
        do throws(ManifestError) {
            try yaml.allow(["name", "canaries", "soak", "windows", "zone", "at-once", "approve"])
            var windows: [FleetWindow] = []
            for text in try yaml.strings("windows") {
                guard let window = FleetWindow(text) else {
                    throw yaml.error("windows", "'\(text)' is no window: write 22:00-04:00, or Sat,Sun 20:00-06:00")
                }
                windows.append(window)
            }
            let zone = try yaml.optionalString("zone")
            guard TimeZone(identifier: zone ?? "UTC") != nil else {
                throw yaml.error("zone", "\(zone ?? "") is no time zone: write one as Europe/Berlin")
            }
            guard windows.isEmpty || zone != nil else {
                throw yaml.error("windows", "windows are meant in a time zone: name it with zone, as Europe/Berlin")
            }
            self.init(
                name: name,
                pools: [],
                canaries: try yaml.strings("canaries"),
                soak: Int64(try yaml.count("soak", 0...525_600) ?? 0) * 60,
                atOnce: try yaml.count("at-once", 1...10_000) ?? .max,
                needsApproval: try yaml.flag("approve"),
                windows: windows,
                zone: zone ?? "UTC"
            )
        } catch {
            throw ManifestError(file: error.file, line: error.line, reason: "ring \(name): \(error.reason)")
        }
    }
}

extension FleetPolicy {
    init(_ yaml: YAMLMapping?) throws(ManifestError) {
        self.init()
        guard let yaml else { return }
        try yaml.allow(["running", "unreachable", "lacking", "prechecks"])
        running = try yaml.remedy("running") ?? running
        unreachable = try yaml.remedy("unreachable") ?? unreachable
        lacking = try yaml.remedy("lacking") ?? lacking
        prechecks = try yaml.remedy("prechecks") ?? prechecks
    }
}

extension YAMLMapping {
    func required(_ key: String) throws(ManifestError) -> String {
        guard let text = try optionalString(key), !text.isEmpty else { throw error(key, "\(key) is missing") }
        return text
    }

    func flag(_ key: String) throws(ManifestError) -> Bool {
        switch try optionalString(key) {
        case nil, "false": false
        case "true": true
        case let word?: throw error(key, "\(key) is true or false, not \(word)")
        }
    }

    func remedy(_ key: String) throws(ManifestError) -> FleetPolicy.Remedy? {
        guard let word = try optionalString(key) else { return nil }
        guard let remedy = FleetPolicy.Remedy(rawValue: word) else {
            throw error(key, "\(key) is skip or wait, not \(word)")
        }
        return remedy
    }
}
