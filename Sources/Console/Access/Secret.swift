import Crypto
import Foundation
import XenAPI

/// Words that can not be guessed, and how they are compared.
enum Secret {
    /// 256 bits as 43 characters that are safe in cookies, forms and URLs.
    static func make() -> String {
        text(SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) })
    }

    /// Another secret that follows from one, for another purpose.
    static func derive(_ purpose: String, from secret: String) -> String {
        let key = SymmetricKey(data: Data(secret.utf8))
        return text(Data(HMAC<SHA256>.authenticationCode(for: Data(purpose.utf8), using: key)))
    }

    /// What is kept of a secret, so that whoever reads the file does not know it.
    static func digest(_ secret: String) -> String { text(Data(SHA256.hash(data: Data(secret.utf8)))) }

    /// A name for some bytes that other bytes do not have.
    static func digest(_ bytes: [UInt8]) -> String { text(Data(SHA256.hash(data: bytes))) }

    /// Whether two secrets are the same; takes as long wherever they differ.
    static func equal(_ a: String, _ b: String) -> Bool {
        a.utf8.isSame(inConstantTime: b.utf8)
    }

    private static func text(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
