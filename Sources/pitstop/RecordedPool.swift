import Basics
import PoolDatabase
import XenAPI

/// A pool database in a file.
struct RecordedPool {
    let path: String

    /// A file larger than this is no pool database: those of the largest pools have some tens of megabytes.
    private static let largest = 1 << 30

    /// Loads the file into an empty database. One that holds the same pool already is left as it is: it was loaded
    /// before, and may have changed since.
    func load(into database: PoolDatabase, state: String) async throws {
        let bytes = try read()
        guard let present = try? database.snapshot.pool() else {
            do throws(DumpLoadingError) {
                try await database.load(dump: bytes)
            } catch {
                throw OperatorError("\(path): \(error)")
            }
            return
        }
        guard try recordedPool(in: bytes) == present.uuid else {
            throw OperatorError(
                "The state directory \(state) already holds another pool (\(present.nameLabel)): give --state "
                    + "another directory, or remove this one."
            )
        }
    }

    private func read() throws -> [UInt8] {
        do throws(GivenFile.Refusal) {
            return try GivenFile.bytes(path, limit: Self.largest)
        } catch {
            throw OperatorError(
                "The pool database \(error) Name a state.db or a file that xe pool-dump-database wrote."
            )
        }
    }

    private func recordedPool(in bytes: [UInt8]) throws -> String? {
        do throws(DumpError) {
            return try DatabaseDump(bytes)[table: "pool"]?.rows.first?["uuid"]
        } catch {
            throw OperatorError("\(path): The dump can not be read (\(error)).")
        }
    }
}
