import Testing

@testable import UpdatePackage

@Suite("What gpgv says")
struct StatusTests {
    private let good = """
        [GNUPG:] PLAINTEXT 62 1795392338 p
        [GNUPG:] NEWSIG t@example.invalid
        [GNUPG:] GOODSIG AD03F136079F1FF3 T <t@example.invalid>
        [GNUPG:] VALIDSIG CF953F7DAF0A19751A9FF74CAD03F136079F1FF3 2026-11-23 1795392338 0 4 0 22 8 00 CF953F7DAF0A19751A9FF74CAD03F136079F1FF3

        """
    private let digests = Digests(sha256: "ab", md5: "", size: 1)

    private func judge(
        _ text: String,
        _ policy: TrustPolicy = TrustPolicy(),
        succeeded: Bool = true,
        isText: Bool = false
    ) -> PackageError.Problem? {
        let verdict = policy.judge(
            GPGStatus(Array(text.utf8)),
            succeeded: succeeded,
            digests: digests,
            beginsUnsigned: false,
            isText: isText,
            now: 1_800_000_000
        )
        if case .failure(let verdict) = verdict { return verdict.problem }
        return nil
    }

    @Test("One text, one good signature and a good end are a yes; anything less is a no")
    func verdicts() {
        #expect(judge(good) == nil)
        #expect(judge(good, succeeded: false) != nil)
        #expect(judge("") != nil)
        #expect(judge(good + good) == .severalMessages)
        #expect(judge(good.replacing("PLAINTEXT", with: "OTHER")) != nil)
        #expect(judge(good.replacing("GOODSIG", with: "BADSIG")) == .tampered(keyID: "AD03F136079F1FF3"))
        #expect(judge(good.replacing("GOODSIG", with: "EXPKEYSIG")) == .keyExpired(keyID: "AD03F136079F1FF3"))
        #expect(judge(good.replacing("GOODSIG", with: "REVKEYSIG")) == .keyRevoked(keyID: "AD03F136079F1FF3"))
        #expect(judge(good.replacing("GOODSIG", with: "EXPSIG")) == .signatureExpired(keyID: "AD03F136079F1FF3"))
        #expect(judge(good.replacing("VALIDSIG", with: "OTHER")) != nil)
        #expect(judge("[GNUPG:] GOODSIG A B\n" + good) != nil)
    }

    @Test("A payload that could not be written whole is refused, even of a pinned file")
    func incomplete() {
        let text = good + "gpgv: handle plaintext failed: Input/output error\n"
        #expect(judge(text, TrustPolicy(pinned: ["ab"])) != nil)
        #expect(judge(good, TrustPolicy(pinned: ["ab"])) == nil)
    }

    @Test("A signature of the future is refused, beyond what clocks differ by; a pin vouches for it")
    func future() {
        let key = "AD03F136079F1FF3"
        let near = good.replacing("1795392338 0", with: "1800003600 0")
        let far = good.replacing("1795392338 0", with: "1800003601 0")
        #expect(judge(near) == nil)
        #expect(judge(far) == .signatureFromFuture(keyID: key, created: 1_800_003_601))
        #expect(judge(far, TrustPolicy(pinned: ["ab"])) == nil)
        #expect(judge(good.replacing("1795392338 0", with: "\(Int64.max) 0")) != nil)
    }

    @Test("A signature over text vouches for a text alone, and one over bytes for bytes")
    func textMode() {
        let text = good.replacing("8 00 CF", with: "8 01 CF")
        #expect(judge(text) == .textSignature(keyID: "AD03F136079F1FF3"))
        #expect(judge(text, isText: true) == nil)
        #expect(judge(good, isText: true) != nil)
        #expect(judge(text, TrustPolicy(pinned: ["ab"])) == nil)
    }

    @Test(
        "A name on a key begins no line of its own, whatever people's line ends are in it",
        arguments: ["\u{2028}", "\u{85}", "\u{b}"]
    )
    func injection(end: String) {
        let verdicts = good.split(separator: "\n").dropFirst(2).joined(separator: end)
        let bad = "[GNUPG:] PLAINTEXT 62 1 p\n[GNUPG:] NEWSIG\n[GNUPG:] BADSIG AD03F136079F1FF3 T\(end)\(verdicts)\n"
        #expect(judge(bad) == .tampered(keyID: "AD03F136079F1FF3"))
    }

    @Test("The same key twice is one signer")
    func sameKeyTwice() {
        let signature = good.split(separator: "\n").dropFirst().joined(separator: "\n")
        #expect(
            judge(good + signature, TrustPolicy(requiredSigners: 2)) == .tooFewSigners(found: 1, required: 2)
        )
    }
}
