import Foundation
import TestSupport
import XenAPI

/// A package as `rpm` knows it.
struct Package: Hashable, Sendable {
    let name: String
    let version: String
    let release: String
    let architecture: String

    /// `name-version-release.architecture`.
    var text: String { "\(name)-\(version)-\(release).\(architecture)" }

    /// What rpm is asked with, and read from.
    static let format = #"%{NAME}\t%{VERSION}\t%{RELEASE}\t%{ARCH}\n"#

    init?(_ line: Substring) {
        let fields = line.split(separator: "\t").map(String.init)
        guard fields.count == 4 else { return nil }
        (name, version, release, architecture) = (fields[0], fields[1], fields[2], fields[3])
    }

    /// The packages in files.
    static func files(in folder: String) async throws -> [Package] {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".rpm") }
        return try await ask(["-qp", "--nosignature"], files.sorted().map { "\(folder)/\($0)" })
    }

    /// The packages that an embedded host has, as the database in its own tree says.
    static func installed(on host: String, of pool: ServerProcess) async throws -> [Package] {
        try await ask(["--dbpath", "\(pool.state)/hosts/\(host)/var/lib/rpm", "-qa"])
    }

    private static func ask(_ options: [String], _ files: [String] = []) async throws -> [Package] {
        let answer = try await Tools.run("rpm", options + ["--qf", format] + files)
        guard answer.code == 0 else { throw APIError("INTERNAL_ERROR", [answer.error]) }
        return answer.output.split(separator: "\n").compactMap { Package($0) }.sorted { $0.text < $1.text }
    }
}

extension GenerationFront {
    /// Those of some packages that a host does not have in that version.
    func missing(of packages: [Package], on host: String) async throws -> [Package] {
        let name = try await real("host.get_name_label", .string(host)).text ?? ""
        let installed = Set(try await Package.installed(on: name, of: pool))
        return packages.filter { !installed.contains($0) }
    }

    /// Brings a signed package for the embedded pool into the pool behind, which verifies it as any other.
    ///
    /// - Returns: its `pool_patch`.
    func bring(_ package: String) async throws -> String {
        let upload = try await pool.xe("patch-upload", "file-name=\(package)")
        guard upload.code == 0 else { throw APIError("INVALID_UPDATE", [upload.error]) }
        let uuid = upload.output.trimmingCharacters(in: .newlines)
        return try await real("pool_patch.get_by_uuid", .string(uuid)).text ?? ""
    }

    /// Has the pool behind apply such a package on a host; one that has it is left as it is.
    func applyReal(_ patch: String, to host: String) async throws {
        do { _ = try await real("pool_patch.apply", .string(patch), .string(host)) } catch let error as APIError {
            guard error.code == "PATCH_ALREADY_APPLIED" else { throw error }
        }
    }
}
