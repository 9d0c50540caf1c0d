import Datamodel
import PoolDatabase
import XenAPI

/// How XenAPI shows who may sign in: a `role` for each role, a `user` for each local user, and for each besides root a
/// `subject` too, since that is where clients look for roles.
///
/// The rows are made anew whenever the server starts, and are left out of dumps: the users' own file is what counts.
enum Accounts {
    /// The references and uuids of XenServer's roles, which are the same in every pool.
    static let roles: [(role: Role, uuid: String, description: String)] = [
        (.poolAdmin, "0165f154-ba3e-034e-6b27-5d271af109ba", "May do everything, sign-in and roles included"),
        (.poolOperator, "b9ce9791-0604-50cd-0649-09b3284c7dfd", "May manage hosts, patches and the pool"),
        (.vmPowerAdmin, "7955168d-7bec-10ed-105f-c6a7e6e63249", "May make VMs, and say on which host they run"),
        (.vmAdmin, "aaa00ab5-7340-bfbc-0d1b-7cf342639a6e", "May make, change and delete VMs"),
        (.vmOperator, "fb8d4ff9-310c-a959-0613-54101535d3d5", "May start and stop VMs, and see their consoles"),
        (.readOnly, "7233b8e3-eacb-d7da-2c95-f2e581cdbf4e", "May look at everything, and change nothing"),
    ]

    /// Brings the rows in line with the users.
    ///
    /// - Parameter identity: the uuid for a user's row.
    static func show(_ users: [Users.User], in transaction: inout Transaction, makeUUID: () -> String) {
        for (role, uuid, description) in roles where transaction.snapshot.row("role", uuid: uuid) == nil {
            transaction.create(
                "role",
                Ref("OpaqueRef:" + uuid),
                [
                    "uuid": .string(uuid), "name_label": .string(role.rawValue),
                    "name_description": .string(description),
                ],
                transient: true
            )
        }
        for user in users {
            let known = transaction.snapshot.rows("user").contains { $0.string("short_name") == user.name }
            if !known {
                create("user", ["short_name": .string(user.name)], &transaction, makeUUID)
            }
            if user.name != "root" { showSubject(user, &transaction, makeUUID) }
        }
        forget(besides: Set(users.map(\.name)), &transaction)
    }

    private static func showSubject(_ user: Users.User, _ transaction: inout Transaction, _ makeUUID: () -> String) {
        let role = roles.first { $0.role == user.role }.map { "OpaqueRef:" + $0.uuid }
        let roles = Value.strings([role].compactMap { $0 })
        if let row = transaction.snapshot.rows("subject").first(where: {
            $0.isTransient && $0.string("subject_identifier") == user.name
        }) {
            try? transaction.set("subject", row.ref, "roles", roles)
        } else {
            create(
                "subject",
                [
                    "subject_identifier": .string(user.name), "roles": roles,
                    "other_config": .pairs(["subject-name": user.name, "subject-is-group": "false"]),
                ],
                &transaction,
                makeUUID
            )
        }
    }

    private static func create(
        _ table: String,
        _ values: [String: Value],
        _ transaction: inout Transaction,
        _ makeUUID: () -> String
    ) {
        transaction.create(
            table,
            Ref("OpaqueRef:" + makeUUID()),
            values.merging(["uuid": .string(makeUUID())]) { $1 },
            transient: true
        )
    }

    private static func forget(besides names: Set<String>, _ transaction: inout Transaction) {
        for (table, field) in [("user", "short_name"), ("subject", "subject_identifier")] {
            for row in transaction.snapshot.rows(table) where row.isTransient && !names.contains(row.string(field)) {
                transaction.delete(table, row.ref)
            }
        }
    }
}
