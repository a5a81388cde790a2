import Glibc

/// What a single word looks like.
enum SecretWords {
    /// No secret that is known here is shorter.
    static let shortest = 10
    /// No secret is longer; an encrypted web token may have some thousand characters.
    static let longest = 16_384

    /// Well-known beginnings, with the fewest characters that follow.
    private static let prefixes: [(text: [UInt8], length: Int, what: String)] =
        [
            ("sk-ant-", 20, "an API key of Anthropic"), ("sk-proj-", 20, "an API key of OpenAI"),
            ("sk-", 20, "an API key"),
            ("AKIA", 16, "an access key id of AWS"), ("ASIA", 16, "an access key id of AWS"),
            ("ghp_", 30, "a token of GitHub"),
            ("gho_", 30, "a token of GitHub"), ("ghs_", 30, "a token of GitHub"),
            ("github_pat_", 30, "a token of GitHub"),
            ("glpat-", 18, "a token of GitLab"), ("xoxb-", 20, "a token of Slack"), ("xoxp-", 20, "a token of Slack"),
            ("AIza", 32, "an API key of Google"), ("sk_live_", 16, "a live key of Stripe"),
            ("rk_live_", 16, "a live key of Stripe"),
            ("SG.", 40, "an API key of SendGrid"), ("hf_", 30, "a token of Hugging Face"),
            ("npm_", 30, "a token of npm"),
        ].map { (Array($0.0.utf8), $0.1, $0.2) }

    /// Words behind which a long random text is taken for a secret.
    private static let keyWords = [
        "apikey", "api_key", "api-key", "secret", "password", "passwd", "token", "authorization", "bearer",
        "credential", "private_key", "access_key", "accesskey", "client_secret",
    ].map { Array($0.utf8) }

    static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F, 0x2E, 0x2B, 0x2F: true
        default: false
        }
    }

    /// What a word is by how it begins, or a part of it: behind `/`, `.`, `+` and at the places `starts`.
    static func kind(of word: ArraySlice<UInt8>, starts: [Int]) -> String? {
        guard word.count >= 20 else { return nil }
        if let what = kind(from: word, isWhole: true) { return what }
        for start in starts {
            if let what = kind(from: word.dropFirst(start), isWhole: true) { return what }
        }
        var place = word.startIndex
        while let mark = word[place...].firstIndex(where: { $0 == 0x2F || $0 == 0x2E || $0 == 0x2B }) {
            place = mark + 1
            if let what = kind(from: word[place...], isWhole: false) { return what }
        }
        return nil
    }

    private static func kind(from word: ArraySlice<UInt8>, isWhole: Bool) -> String? {
        guard let first = word.first, word.count >= 20 else { return nil }
        switch first {
        case 0x73, 0x41, 0x67, 0x78, 0x72, 0x53, 0x68, 0x6E:
            for prefix in prefixes where prefix.text[0] == first && word.starts(with: prefix.text) {
                // In the middle of a path `sk-` is too little.
                guard isWhole || prefix.text.count > 3 else { continue }
                let rest = word.dropFirst(prefix.text.count).prefix(200)
                guard rest.count >= prefix.length, rest.contains(where: isDigit), entropy(rest) > 2.5 else { continue }
                return prefix.what
            }
        case 0x65 where word.hasPrefix("eyJ"):
            // Three parts in the alphabet of base64url; the first two are objects (RFC 7519).
            let isInside = { (byte: UInt8) in byte != 0x2E && byte != 0x2F && byte != 0x2B }
            let rest = word.drop(while: isInside)
            guard rest.first == 0x2E, rest.dropFirst().hasPrefix("eyJ") else { return nil }
            let signature = rest.dropFirst().drop(while: isInside)
            if signature.first == 0x2E, signature.dropFirst().prefix(while: isInside).count >= 16 {
                return "a JSON Web Token"
            }
        default: break
        }
        return nil
    }

    /// Whether a word is long and mixed enough for a secret without a well-known beginning.
    static func isRandom(_ word: ArraySlice<UInt8>) -> Bool {
        word.count >= 24 && word.count <= longest && word.contains(where: isDigit)
            && word.contains { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) } && entropy(word) > 3.2
    }

    /// Whether a word says that the next one is a secret.
    static func announcesSecret(_ word: ArraySlice<UInt8>) -> Bool {
        guard word.count >= 5, word.count <= 1_024 else { return false }
        let small = word.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }[...]
        return isBasic(word) || keyWords.contains { small.firstPlace(of: $0) != nil }
    }

    /// Whether a word is the scheme of user name and password (RFC 7617).
    static func isBasic(_ word: ArraySlice<UInt8>) -> Bool {
        word.elementsEqual("basic".utf8) || word.elementsEqual("Basic".utf8)
    }

    /// What a word says in base64 (RFC 4648, both alphabets); nil when that is no text.
    static func fromBase64(_ word: ArraySlice<UInt8>) -> [UInt8]? {
        guard word.count >= 16 else { return nil }
        var plain: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for byte in word {
            let value: UInt8
            switch byte {
            case 0x41...0x5A: value = byte - 0x41
            case 0x61...0x7A: value = byte - 0x61 + 26
            case 0x30...0x39: value = byte - 0x30 + 52
            case 0x2B, 0x2D: value = 62
            case 0x2F, 0x5F: value = 63
            default: return nil
            }
            bits = bits << 6 | UInt32(value)
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            let next = UInt8(truncatingIfNeeded: bits >> UInt32(count))
            // Nearly every word that is no base64 gives up within its first bytes.
            guard (0x20..<0x7F).contains(next) || next == 0x0A || next == 0x0D || next == 0x09 || next == 0 else {
                return nil
            }
            plain.append(next)
        }
        return plain
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// Bits for each character, by the characters' own frequencies (Shannon).
    private static func entropy(_ bytes: ArraySlice<UInt8>) -> Double {
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

extension ArraySlice<UInt8> {
    func hasPrefix(_ text: String) -> Bool { starts(with: text.utf8) }

    func hasSuffix(_ text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }

    /// Where a text stands first.
    func firstPlace(of text: String) -> Int? { firstPlace(of: Array(text.utf8)) }

    /// Where a text stands first.
    func firstPlace(of text: [UInt8]) -> Int? {
        guard let first = text.first else { return startIndex }
        var place = startIndex
        while let next = self[place...].firstIndex(of: first) {
            if self[next...].starts(with: text) { return next }
            place = next + 1
        }
        return nil
    }
}
