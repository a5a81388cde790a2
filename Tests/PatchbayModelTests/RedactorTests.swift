import Testing

@testable import PatchbayModel

@Suite("A redactor")
struct RedactorTests {
    @Test(arguments: [
        ("abcab", "see abcabc!"), ("aaaa", "aaaaaaaaab"), ("key-1", "key-key-1 and key-"), ("1234", "12 is not 12345"),
        ("ключ", "мой ключ"),
    ])
    func `shows a text that grows without what may become a secret`(secret: String, text: String) {
        let redactor = Redactor()
        redactor.register(Secret(secret), as: "s")
        #expect(redactor.settledBytes(of: Array("nothing of it.".utf8)) == 14)
        var (shown, held) = ("", "")
        for scalar in text.unicodeScalars {
            held.unicodeScalars.append(scalar)
            let bytes = Array(held.utf8)
            let settled = redactor.settledBytes(of: bytes)
            shown += redactor.redact(String(decoding: bytes[..<settled], as: UTF8.self))
            held = String(decoding: bytes[settled...], as: UTF8.self)
        }
        shown += redactor.redact(held)
        #expect(shown.contains("[secret s]"))
        #expect(!shown.contains(secret))
        #expect(shown.replacing("[secret s]", with: secret) == text)
    }
}
