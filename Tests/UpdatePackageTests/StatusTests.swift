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

    private func judge(_ text: String, _ policy: TrustPolicy = TrustPolicy(), succeeded: Bool = true) -> PackageError
        .Problem?
    {
        let verdict = policy.judge(GPGStatus(text), succeeded: succeeded, digests: digests, beginsUnsigned: false)
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

    @Test("The same key twice is one signer")
    func sameKeyTwice() {
        let signature = good.split(separator: "\n").dropFirst().joined(separator: "\n")
        #expect(
            judge(good + signature, TrustPolicy(requiredSigners: 2)) == .tooFewSigners(found: 1, required: 2)
        )
    }
}
