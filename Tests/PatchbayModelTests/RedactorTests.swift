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

    /// As encoders and pages for browsers write it, with something behind it that shares its last character.
    @Test(arguments: [
        "Kj/7Q +p=v&t\u{301}", "Kj/7Q +p=v&t\u{200D}x", "Kj/7Q +p=v&t\u{FE0F}", "Kj%2f7Q%20%2bp%3dv%26t",
        "Kj%2F7Q+%2Bp%3Dv%26t.",
        "Kj/7Q%20%2Bp%3Dv&t", "Kj/7Q +p=v&amp;t", "Kj&#47;7Q&#x20;&#x2B;p=v&AMP;t", #"Kj\/7Q +p=v\u0026t"#,
        #"{\"key\":\"Kj\\/7Q +p=v\\u0026t\"}"#, "S2ovN1EgK3A9diZ0", "%4B%6A%2F%37%51%20%2B%70%3D%76%26%74",
    ])
    func `finds a secret however it is escaped`(text: String) {
        let redactor = Redactor()
        redactor.register(Secret("Kj/7Q +p=v&t"), as: "s")
        let clean = redactor.redact(text)
        #expect(clean.utf8.starts(with: "[secret s]".utf8) || clean.hasPrefix(#"{\"key\":\"[secret s]"#), "\(clean)")
        #expect(redactor.names(in: Array("a \(text) b".utf8)) == ["s"])
        guard !text.hasPrefix("{") else { return }
        for cut in 4..<12 { #expect(redactor.settledBytes(of: Array("ab \(text)".utf8.prefix(cut))) == 3) }
    }

    @Test(arguments: [
        "Kj/7Q", "Kj/7Q +p=v&", "Kj/7Q +p=v t", "Kj%2/7Q +p=v&t", "kj/7q +P=V&T", "100%", "a & b &", #"C:\Kj\"#, "%",
        "&", "\\",
    ])
    func `leaves what is no secret`(text: String) {
        let redactor = Redactor()
        redactor.register(Secret("Kj/7Q +p=v&t"), as: "s")
        #expect(redactor.redact(text) == text)
        #expect(redactor.names(in: Array(text.utf8)) == [])
    }

    @Test func `finds secrets of backslashes and percent signs in one go`() {
        let redactor = Redactor()
        redactor.register(Secret(String(repeating: "\\", count: 40)), as: "s")
        redactor.register(Secret(String(repeating: "%", count: 40)), as: "p")
        #expect(redactor.redact(String(repeating: "\\", count: 80)) == "[secret s]")
        #expect(redactor.redact(String(repeating: "%25", count: 40)) == "[secret p]")
        #expect(redactor.redact(String(repeating: "\\", count: 39) + "x").hasSuffix("x"))
    }
}
