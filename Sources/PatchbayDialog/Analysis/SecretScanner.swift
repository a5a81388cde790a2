/// Walks once over a text, word by word, and stops at what looks like a secret.
///
/// A word is judged as it stands and as it reads once escapes of JSON and JavaScript, percent-encoding and joined
/// pieces (`"…" + "…"`, a line that ends in a backslash) are undone, and what it holds in base64. Zero bytes are passed
/// over, so that UTF-16 hides nothing either.
struct SecretScanner {
    private let bytes: [UInt8]
    private let depth: Int
    private var place = 0
    /// What the text stands under, until the first word or line is over.
    private var name: [UInt8]
    /// Where the word before stands; none after a line that is complete in itself.
    private var wordBefore: Range<Int>?
    /// The last byte that was no space; 0 after a word.
    private var lastMark: UInt8 = 0
    /// To where words have been joined already.
    private var joinedEnd = 0

    /// - Parameters:
    ///   - bytes: The text.
    ///   - name: What the text stands under; counts as the word before the first.
    ///   - depth: How often base64 is still undone.
    init(_ bytes: [UInt8], named name: [UInt8] = [], depth: Int = 2) {
        self.bytes = bytes.contains(0) ? bytes.filter { $0 != 0 } : bytes
        self.depth = depth
        self.name = name
    }

    /// The next secret, or nil at the end.
    mutating func next() -> SecretScan.Finding? {
        while place < bytes.count {
            let start = place
            let byte = bytes[start]
            guard SecretWords.isWordByte(byte) else {
                place += 1
                if byte == 0x0A, !":=(+,\\".utf8.contains(lastMark) { forgetBefore() }
                if byte > 0x20 { lastMark = byte }
                guard byte == 0x25 || byte == 0x5C, start >= joinedEnd, case .byte = unit(at: start)?.kind,
                    let what = joined(from: start, wordEnd: start)
                else { continue }
                return SecretScan.Finding(what: what, offset: start)
            }
            var end = start + 1
            while end < bytes.count, SecretWords.isWordByte(bytes[end]) { end += 1 }
            place = end
            var what: String?
            if end - start >= SecretWords.shortest {
                what = kind(of: bytes[start..<end], starts: starts(at: start), end: end)
            }
            if what == nil, start >= joinedEnd { what = joined(from: start, wordEnd: end) }
            wordBefore = start..<end
            lastMark = 0
            if let what { return SecretScan.Finding(what: what, offset: start) }
        }
        return nil
    }

    /// Goes on with the next line.
    mutating func skipLine() {
        while place < bytes.count, bytes[place] != 0x0A { place += 1 }
        forgetBefore()
    }

    private mutating func forgetBefore() {
        name = []
        wordBefore = nil
    }

    private var before: ArraySlice<UInt8> { wordBefore.map { bytes[$0] } ?? name[...] }

    /// Where in the word at a place a secret may begin, because what comes first belongs to an escape.
    private func starts(at place: Int) -> [Int] {
        guard place > 0 else { return [] }
        switch bytes[place - 1] {
        case 0x5C: return [1, 3, 5]  // \n, \xHH, \uHHHH
        case 0x25: return [2]  // %HH
        default: return []
        }
    }

    // MARK: - What a word is

    private func kind(of word: ArraySlice<UInt8>, starts: [Int], end: Int) -> String? {
        if let what = SecretWords.kind(of: word, starts: starts) { return what }
        if word.hasSuffix("-----BEGIN"), isPrivateKey(from: end) { return "a private key" }
        if SecretWords.isRandom(word), SecretWords.announcesSecret(before) { return "a secret" }
        guard depth > 0 else { return nil }
        for part in word.split(separator: 0x2E) {
            guard let plain = SecretWords.fromBase64(part) else { continue }
            if SecretWords.isBasic(before), plain.contains(0x3A) { return "a user name and password in base64" }
            var inner = SecretScanner(plain, named: Array(before), depth: depth - 1)
            if let finding = inner.next() {
                return finding.what.hasSuffix("base64") ? finding.what : finding.what + " in base64"
            }
        }
        return nil
    }

    /// Whether a PEM header of a private key goes on here (RFC 7468).
    private func isPrivateKey(from place: Int) -> Bool {
        let header = bytes[place..<min(place + 60, bytes.count)]
        guard let word = header.firstPlace(of: "PRIVATE") else { return false }
        return header[word...].firstPlace(of: "KEY") != nil
    }

    // MARK: - Pieces of a word

    /// One step through text in which a word goes on.
    private struct Unit {
        enum Kind {
            /// A byte of the word, written otherwise.
            case byte(UInt8)
            /// Nothing: the word goes on behind it.
            case nothing
        }

        let kind: Kind
        let end: Int
    }

    /// What a word is together with the pieces that follow; nil when none do or it is no secret.
    private mutating func joined(from start: Int, wordEnd: Int) -> String? {
        guard wordEnd < bytes.count, Self.mayGoOn(bytes[wordEnd]), unit(at: wordEnd) != nil else { return nil }
        var word = Array(bytes[start..<wordEnd])
        var starts = starts(at: start)
        var end = wordEnd
        while end < bytes.count, word.count < SecretWords.longest {
            if SecretWords.isWordByte(bytes[end]) {
                word.append(bytes[end])
                end += 1
                continue
            }
            guard let unit = unit(at: end) else { break }
            if case .byte(let byte) = unit.kind { word.append(byte) }
            end = unit.end
            starts.append(word.count)
        }
        joinedEnd = end
        return word.count < SecretWords.shortest ? nil : kind(of: word[...], starts: starts, end: end)
    }

    private static func mayGoOn(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x22, 0x25, 0x27, 0x5C, 0x60: true
        default: false
        }
    }

    /// The piece at a place where no word byte stands: an escape for one, or what only divides the word.
    private func unit(at place: Int) -> Unit? {
        if bytes[place] == 0x25 {
            return hexadecimal(at: place + 1, digits: 2).map { Unit(kind: .byte($0), end: place + 3) }
        }
        var end = place
        while end < bytes.count, bytes[end] == 0x5C, end - place < 16 { end += 1 }
        guard end < bytes.count else { return nil }
        if end > place {
            switch bytes[end] {
            case 0x2F: return Unit(kind: .byte(0x2F), end: end + 1)
            case 0x75: return hexadecimal(at: end + 1, digits: 4).map { Unit(kind: .byte($0), end: end + 5) }
            case 0x78: return hexadecimal(at: end + 1, digits: 2).map { Unit(kind: .byte($0), end: end + 3) }
            case 0x0A: return Unit(kind: .nothing, end: end + 1)
            case 0x0D where end + 1 < bytes.count && bytes[end + 1] == 0x0A: return Unit(kind: .nothing, end: end + 2)
            default: break
            }
        }
        // A string that ends, a plus sign, a string that begins.
        guard isQuote(end), let plus = mark(from: end + 1), bytes[plus] == 0x2B, var next = mark(from: plus + 1)
        else { return nil }
        while next < bytes.count, bytes[next] == 0x5C { next += 1 }
        return isQuote(next) ? Unit(kind: .nothing, end: next + 1) : nil
    }

    private func isQuote(_ place: Int) -> Bool {
        place < bytes.count && (bytes[place] == 0x22 || bytes[place] == 0x27 || bytes[place] == 0x60)
    }

    /// The next place that is no space, if it is near; line breaks may be escaped.
    private func mark(from place: Int) -> Int? {
        var end = place
        let most = min(place + 200, bytes.count)
        while end < most {
            if bytes[end] == 0x5C, end + 1 < most, bytes[end + 1] == 0x6E || bytes[end + 1] == 0x72 {
                end += 2
            } else if bytes[end] <= 0x20 {
                end += 1
            } else {
                return end
            }
        }
        return nil
    }

    /// A byte of a word by its number.
    private func hexadecimal(at place: Int, digits: Int) -> UInt8? {
        guard place + digits <= bytes.count else { return nil }
        var number = 0
        for digit in bytes[place..<place + digits] {
            guard let value = Character(Unicode.Scalar(digit)).hexDigitValue else { return nil }
            number = number * 16 + value
        }
        guard let byte = UInt8(exactly: number), SecretWords.isWordByte(byte) else { return nil }
        return byte
    }
}
