extension TrustStore.Decisions {
    /// The decisions and the keys, for programs.
    public func json(keys: [TrustStore.Key]) -> JSONText {
        func list(_ pins: [TrustStore.Pin]) -> JSONText {
            .list(
                pins.map {
                    .fields(["sha256": .string($0.sha256), "note": .string($0.note), "added": .string($0.added)])
                }
            )
        }
        return .fields([
            "keys": .list(
                keys.map {
                    .fields([
                        "fingerprint": .string($0.fingerprint), "userID": .string($0.userID),
                        "note": .string($0.added?.note ?? ""), "added": .string($0.added?.added ?? ""),
                        "expires": .optional($0.expires.map { isoDate($0) }), "revoked": .bool($0.isRevoked),
                    ])
                }
            ),
            "pinned": list(pinned), "weakDigestsAllowed": list(weakDigestsAllowed),
            "requiredSigners": .number(Int64(requiredSigners)),
        ])
    }
}
