import Foundation
import PatchbayModel
import Testing

@testable import PatchbayDialog

@Suite("The search for secrets")
struct SecretScanTests {
    /// Made up, and put together here so that no scanner takes this file for a leak.
    private static let key = "sk-" + "proj-Ab3dEf6hIj9kLm2nOp5q"
    private static let random = "9fK2mQ7xT4vB8nL1cR6wZ3yH"

    private func found(_ text: String) -> [String] { found(Array(text.utf8)) }

    private func found(_ bytes: [UInt8]) -> [String] {
        SecretScan.diagnostics(in: bytes, file: "f").map { "\($0.location?.line ?? 0):\($0.location?.column ?? 0)" }
    }

    @Test func `finds one behind an escaped line break`() {
        for escape in [#"\n"#, #"\t"#, #"\\n"#, #"\u000a"#, #"\x0a"#, "%0A", #"\""#, #"\/"#] {
            #expect(found(#"{"text": "this:\#(escape)\#(Self.key)"}"#).count == 1, "\(escape)")
        }
    }

    @Test func `finds one through escapes and percent-encoding`() {
        let forms = [
            #"sk\u002dproj\u002dAb3dEf6hIj9kLm2nOp5q"#, #"\u0073k-proj-Ab3dEf6hIj9kLm2nOp5q"#,
            #"sk\x2dproj-Ab3dEf6hIj9kLm2nOp5q"#, "%73k%2Dproj-Ab3dEf6hIj9kLm2nOp5q", "sk%2dproj%2DAb3dEf6hIj9kLm2nOp5q",
            #"\nsk\u002dproj-Ab3dEf6hIj9kLm2nOp5q"#, #"sk\\u002dproj-Ab3dEf6hIj9kLm2nOp5q"#,
        ]
        for form in forms { #expect(found(#"let a = "\#(form)";"#).count == 1, "\(form)") }
        #expect(found(#""apiKey": "9fK2mQ7x\/4vB8nL1\/R6wZ3yH5""#) == ["1:12"])
    }

    @Test func `finds one that is put together from pieces`() {
        let pieces = ["sk-" + "proj-Ab3d", "Ef6hIj9kLm", "2nOp5q"]
        #expect(found("\n  let a = '\(pieces[0])' +\n    '\(pieces[1])' +\n    '\(pieces[2])';") == ["2:12"])
        #expect(found("let a = \"\(pieces[0])\" + `\(pieces[1])` + '\(pieces[2])'") == ["1:10"])
        #expect(found("let a = '\(pieces[0])\\\n\(pieces[1])\\\r\n\(pieces[2])'") == ["1:10"])
        #expect(found(#"{"script": "a = \"\#(pieces[0])\" +\n \"\#(pieces[1])\#(pieces[2])\""}"#).count == 1)
        #expect(found("let password = 'abc' + '\(Self.random.prefix(12))' + '\(Self.random.dropFirst(12))'").count == 1)
    }

    @Test func `finds one in base64`() {
        for text in [Self.key, "key: \(Self.key)\n", #"{"apiKey": "\#(Self.random)"}"#] {
            let once = Data(text.utf8).base64EncodedString()
            #expect(found(#"{"a": "\#(once)"}"#) == ["1:8"])
            #expect(found(#"{"a": "\#(once.replacing("+", with: "-").replacing("/", with: "_"))"}"#) == ["1:8"])
            #expect(found(#"{"a": "\#(Data(once.utf8).base64EncodedString())"}"#) == ["1:8"])
        }
        #expect(found("Authorization: Basic \(Data("ann:short-one".utf8).base64EncodedString())") == ["1:22"])
    }

    @Test func `finds one in UTF-16`() throws {
        for encoding in [String.Encoding.utf16LittleEndian, .utf16BigEndian, .utf16] {
            let bytes = Array(try #require("let a = '\(Self.key)'; // é".data(using: encoding)))
            #expect(found(bytes).count == 1, "\(encoding)")
        }
    }

    @Test func `finds one on the line after its name`() {
        #expect(found("{\"apiKey\":\n\n    \"\(Self.random)\"}") == ["3:6"])
        #expect(found("// about the token\nlet extractSkillsFromResumes2 = 1") == [])
    }

    @Test func `finds one in the middle of a path`() {
        #expect(found("https://api.example.org/v1/ghp" + "_16C7e42F292c6912E7710c838347Ae178B4a/me").count == 1)
        #expect(found("https://example.org/locales/sk-translations-2024-all-of-them") == [])
    }

    @Test func `finds private keys and long tokens`() {
        let begin = "-----BEGIN "
        #expect(found(#"{"key": "a\n\#(begin)PRIVATE KEY-----\nMIIE"}"#).count == 1)
        #expect(found(begin + "PGP PRIVATE KEY BLOCK-----").count == 1)
        #expect(found(begin + "PUBLIC KEY-----") == [])
        #expect(found("private_key = " + String(repeating: Self.random, count: 60)).count == 1)
    }

    @Test func `names the first of each line`() {
        #expect(found("a \(Self.key) \(Self.key)\r\n\nb\n é \(Self.key)") == ["1:3", "4:4"])
        #expect(found(String(repeating: Self.key + "\n", count: 1_000)).count == 100)
    }

    @Test func `takes harmless texts for none`() {
        for text in [
            "", "\\", "%", "\\u", "%4", "'a' +", "\"", "'a' + b", "\\\\\\", "-----BEGIN", "eyJ.eyJ",
            "a.b.c.d.e.f.g.h.i.j.k",
            "Content-Type: application/vnd.openxmlformats-officedocument", "{{context.entities.skills.values.first}}",
            "https%3A%2F%2Fexample.org%2Fa%2Flong%2Fpath%2Fwith%2Fnumbers%2F2024",
            #""hash": "sha256:0f343b0931126a20f133d67c2b018a3b0931126a20f133d67c2b018a3b""#,
            "the basic template is in templates/extract-skills", "'first part of a sentence' + 'second part'",
        ] { #expect(found(text) == [], "\(text)") }
    }

    @Test func `takes as many steps as the text is long`() {
        // Each of these would take minutes if a step looked at all that follows.
        let count = 20_000
        for piece in [
            "eyJ/", "eyJ.", "AKIA/", "sk-/", "\\", "%", "\"", "' +", "'a' + ", "%61", "-----BEGIN", "QUFB", "\n",
        ] {
            _ = found(String(repeating: piece, count: count))
        }
    }
}
