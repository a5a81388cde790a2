import Glibc
package import PatchbayModel

/// Looks for secrets in what people keep in files.
package enum SecretScan {
    /// What is found in one text.
    package struct Finding: Sendable, Equatable {
        /// What it looks like, in words.
        package let what: String
        /// Where it begins, in UTF-8 bytes.
        package let offset: Int
    }

    /// Well-known beginnings, with the fewest characters that follow.
    private static let prefixes: [(text: String, length: Int, what: String)] = [
        ("sk-ant-", 20, "an API key of Anthropic"), ("sk-proj-", 20, "an API key of OpenAI"), ("sk-", 20, "an API key"),
        ("AKIA", 16, "an access key id of AWS"), ("ASIA", 16, "an access key id of AWS"),
        ("ghp_", 30, "a token of GitHub"),
        ("gho_", 30, "a token of GitHub"), ("ghs_", 30, "a token of GitHub"), ("github_pat_", 30, "a token of GitHub"),
        ("glpat-", 18, "a token of GitLab"), ("xoxb-", 20, "a token of Slack"), ("xoxp-", 20, "a token of Slack"),
        ("AIza", 32, "an API key of Google"), ("sk_live_", 16, "a live key of Stripe"),
        ("rk_live_", 16, "a live key of Stripe"),
        ("SG.", 40, "an API key of SendGrid"), ("hf_", 30, "a token of Hugging Face"), ("npm_", 30, "a token of npm"),
    ]

    /// Words behind which a long random text is taken for a secret.
    private static let keyWords = [
        "apikey", "api_key", "api-key", "secret", "password", "passwd", "token", "authorization", "bearer",
        "credential", "private_key",
        "access_key", "accesskey", "client_secret",
    ]

    /// The first secret in a text, or nil; the key that the text stands under counts as a word before it.
    package static func finding(in text: String, named name: String = "") -> Finding? {
        guard text.utf8.count >= 12 else { return nil }
        if let place = text.firstRange(of: "-----BEGIN "),
            text[place.upperBound...].prefix(40).contains("PRIVATE KEY-----")
        {
            return Finding(
                what: "a private key",
                offset: text.utf8.distance(from: text.startIndex, to: place.lowerBound)
            )
        }
        let bytes = Array(text.utf8)
        var previous = name.lowercased()
        var start = 0
        while start < bytes.count {
            guard isTokenByte(bytes[start]) else {
                start += 1
                continue
            }
            var end = start
            while end < bytes.count, isTokenByte(bytes[end]) { end += 1 }
            let token = String(decoding: bytes[start..<end], as: UTF8.self)
            if let what = kind(of: token, after: previous) { return Finding(what: what, offset: start) }
            previous = token.lowercased()
            start = end
        }
        return nil
    }

    /// The secrets in a value, with their places.
    package static func findings(in value: JSONValue, at pointer: JSONPointer = .root) -> [(
        pointer: JSONPointer, finding: Finding
    )] {
        switch value {
        case .string(let text):
            return finding(in: text, named: pointer.tokens.last ?? "").map { [(pointer, $0)] } ?? []
        case .array(let elements): return elements.enumerated().flatMap { findings(in: $1, at: pointer.appending($0)) }
        case .object(let object):
            return object.members.flatMap { findings(in: $0.value, at: pointer.appending($0.key)) }
        case .null, .bool, .number: return []
        }
    }

    /// The secrets in a script or another text of lines.
    package static func diagnostics(inText text: String, file: String) -> [Diagnostic] {
        var offset = 0
        var found: [Diagnostic] = []
        let bytes = Array(text.utf8)
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if let finding = finding(in: String(line)) {
                found.append(
                    diagnostic(finding, file: file, location: JSONLocation(offset: offset + finding.offset, in: bytes))
                )
            }
            offset += line.utf8.count + 1
        }
        return found
    }

    static func diagnostic(
        _ finding: Finding,
        file: String? = nil,
        at pointer: JSONPointer? = nil,
        location: JSONLocation? = nil
    ) -> Diagnostic {
        Diagnostic(
            file: file,
            at: pointer,
            location: location,
            "this looks like \(finding.what); secrets don't belong in files",
            remedy: "remove it, take it out of service, and store a new one with 'patchbay integration enable'"
        )
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F, 0x2E, 0x2B, 0x2F: true
        default: false
        }
    }

    private static func kind(of token: String, after previous: String) -> String? {
        for prefix in prefixes where token.hasPrefix(prefix.text) {
            let rest = token.utf8.dropFirst(prefix.text.utf8.count)
            guard rest.count >= prefix.length, rest.contains(where: { (0x30...0x39).contains($0) }), entropy(rest) > 2.5
            else { continue }
            return prefix.what
        }
        if token.hasPrefix("eyJ") {
            let parts = token.split(separator: ".")
            if parts.count == 3, parts[1].hasPrefix("eyJ"), parts[2].utf8.count >= 16 { return "a JSON Web Token" }
        }
        guard token.utf8.count >= 24, token.utf8.count <= 512, keyWords.contains(where: { previous.contains($0) })
        else { return nil }
        let bytes = token.utf8
        let hasDigit = bytes.contains { (0x30...0x39).contains($0) }
        let hasLetter = bytes.contains { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
        return hasDigit && hasLetter && entropy(bytes.dropFirst(0)) > 3.2 ? "a secret" : nil
    }

    /// Bits for each character, by the characters' own frequencies (Shannon).
    private static func entropy(_ bytes: some Collection<UInt8>) -> Double {
        var counts = [Int](repeating: 0, count: 256)
        for byte in bytes { counts[Int(byte)] += 1 }
        let total = Double(bytes.count)
        return counts.reduce(0) { sum, count in
            guard count > 0 else { return sum }
            let share = Double(count) / total
            return sum - share * log2(share)
        }
    }
}
