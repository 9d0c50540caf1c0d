import Foundation
import Synchronization
public import XenAPI

/// XCP-ng 8.3: packages by the plug-in `updater.py`.
///
/// Real are the packages that are offered (files that rpm has made), what each host has (its own database), and what an
/// update does there. Faked are the plug-in itself, whose answers have the form of the real one's, the repositories, which
/// are a folder, and that `update` installs that folder's packages as one signed package.
public final class XCPng: GenerationProfile {
    private struct State {
        var patch = ""
        var offered: [Package] = []
        var foreign: [String: String] = [:]
    }

    private let package: String
    private let folder: String
    private let state = Mutex(State())

    /// - Parameters:
    ///   - package: a signed package for the embedded pool that installs them.
    ///   - folder: the packages that repositories hold.
    public init(installing package: String, repository folder: String) {
        (self.package, self.folder) = (package, folder)
    }

    public let softwareVersion: KeyValuePairs = [
        "product_brand": "XCP-ng", "product_version": "8.3.0", "platform_name": "XCP", "platform_version": "3.4.0",
    ]
    /// XCP-ng has the classes, and nothing in them.
    public let hidden: Set<String> = ["pool_patch", "host_patch"]

    /// Has the repositories of a host, by its name, hold another release of everything than those of the others.
    public func changeRepository(of host: String, release: String) {
        state.withLock { $0.foreign[host] = release }
    }

    public func furnish(_ front: GenerationFront) async throws {
        let (patch, packages) = (try await front.bring(package), try await Package.files(in: folder))
        state.withLock { ($0.patch, $0.offered) = (patch, packages) }
    }

    public func fields(_ record: Value, _ table: String, _ ref: String) -> [String: Value] {
        table == "host" ? ["patches": .set([])] : [:]
    }

    public var messages: [String: GenerationFront.Rule] {
        [
            "host.call_plugin": { [self] front, parameters in
                let (host, plugin, function) = (
                    parameters[0].text ?? "", parameters[1].text ?? "", parameters[2].text ?? ""
                )
                guard plugin == "updater.py" else { throw APIError("XENAPI_MISSING_PLUGIN", [plugin]) }
                switch function {
                case "check_update": return .string(try await offers(to: host, front))
                case "update":
                    try await front.applyReal(state.withLock(\.patch), to: host)
                    return .string(#"{"returncode": 0, "stdout": "Complete!", "stderr": ""}"#)
                case "query_installed":
                    let names = (parameters[3]["packages"]?.text ?? "").split(separator: ",").map(String.init)
                    return .string(try await installed(names, on: host, front))
                default: throw APIError("UNKNOWN_XENAPI_PLUGIN_FUNCTION", [function])
                }
            }
        ]
    }

    private func offers(to host: String, _ front: GenerationFront) async throws -> String {
        let name = try await front.real("host.get_name_label", .string(host)).text ?? ""
        let foreign = state.withLock { $0.foreign[name] }
        let offers = try await front.missing(of: state.withLock(\.offered), on: host).map { package in
            Offer(
                name: package.name,
                version: package.version,
                release: foreign ?? package.release,
                changelog: .init(author: "Somebody", description: "- Fix CVE-2016-1234 in \(package.name)")
            )
        }
        return String(decoding: try JSONEncoder().encode(offers), as: UTF8.self)
    }

    private struct Offer: Encodable {
        struct Changelog: Encodable {
            var date = 1_460_000_000
            let author: String
            let description: String
        }

        let name: String
        let version: String
        let release: String
        var description = "A package"
        let changelog: Changelog
        var url = "https://xcp-ng.invalid/"
        var size = 4096
        var license = "GPL"
    }

    private func installed(_ names: [String], on host: String, _ front: GenerationFront) async throws -> String {
        let name = try await front.real("host.get_name_label", .string(host)).text ?? ""
        let packages = try await Package.installed(on: name, of: front.pool)
        let answer = Dictionary(
            names.map { name in (name, packages.last { $0.name == name }?.text ?? "") }
        ) { first, _ in first }
        return String(decoding: try JSONEncoder().encode(answer), as: UTF8.self)
    }
}
