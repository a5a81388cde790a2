import Foundation

/// Words, sentences and paragraphs of ordinary text, found by the same rules on every machine.
enum PlainText {
    /// The words in lower case without accents of case: letters, digits and what holds a word together.
    static func words(_ text: some StringProtocol) -> [String] {
        text.lowercased().split { !($0.isLetter || $0.isNumber) }.map(String.init)
    }

    /// Paragraphs: what blank lines separate.
    static func paragraphs(_ text: String) -> [String] {
        var paragraphs: [String] = []
        var lines: [Substring] = []
        func close() {
            let text = lines.joined(separator: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
            if !text.isEmpty { paragraphs.append(text) }
            lines = []
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.allSatisfy(\.isWhitespace) { close() } else { lines.append(line) }
        }
        close()
        return paragraphs
    }

    /// Sentences: each line is cut after `.`, `!`, `?` where a new sentence seems to begin.
    static func sentences(_ text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).flatMap { sentences(ofLine: $0) }
    }

    private static func sentences(ofLine line: Substring) -> [String] {
        var result: [String] = []
        var start = line.startIndex
        var index = line.startIndex
        while index < line.endIndex {
            let next = line.index(after: index)
            if ".!?".contains(line[index]), isEnd(line, at: index) {
                var end = next
                while end < line.endIndex, ".!?\"'»”’)".contains(line[end]) { end = line.index(after: end) }
                append(line[start..<end])
                start = end
                index = end
            } else {
                index = next
            }
        }
        append(line[start...])
        func append(_ text: Substring) {
            let sentence = text.trimmingCharacters(in: .whitespaces)
            if sentence.contains(where: { $0.isLetter || $0.isNumber }) { result.append(sentence) }
        }
        return result
    }

    /// Whether a mark ends a sentence: a question or exclamation mark, or a full stop after a word of three letters or
    /// more, or after a number, and before a space with a capital letter, a digit or a quotation mark.
    private static func isEnd(_ line: Substring, at mark: Substring.Index) -> Bool {
        let after = line[line.index(after: mark)...].drop { ".!?\"'»”’)".contains($0) }
        guard let space = after.first else { return true }
        guard space.isWhitespace else { return false }
        guard line[mark] == "." else { return true }
        let word = line[..<mark].reversed().prefix { $0.isLetter || $0.isNumber }
        guard word.count >= 3 || word.first?.isNumber == true || word.isEmpty else { return false }
        guard let next = after.first(where: { !$0.isWhitespace }) else { return true }
        return next.isUppercase || next.isNumber || "\"'«„“‚(¿¡".contains(next) || !(next.isLetter && next.isCased)
    }

    /// Where a phrase stands in a text as whole words, ignoring case; nil where it does not.
    static func range(of phrase: String, in text: String) -> Range<String.Index>? {
        var from = text.startIndex
        while from < text.endIndex,
            let found = text.range(of: phrase, options: .caseInsensitive, range: from..<text.endIndex)
        {
            let before = found.lowerBound == text.startIndex ? nil : text[text.index(before: found.lowerBound)]
            let after = found.upperBound == text.endIndex ? nil : text[found.upperBound]
            if !joins(before, text[found.lowerBound]), !joins(after, text[text.index(before: found.upperBound)]) {
                return found
            }
            from = text.index(after: found.lowerBound)
        }
        return nil
    }

    /// Whether two neighbours are of one word.
    private static func joins(_ neighbour: Character?, _ end: Character) -> Bool {
        guard let neighbour else { return false }
        return isWordPart(neighbour) && isWordPart(end)
    }

    private static func isWordPart(_ character: Character) -> Bool { character.isLetter || character.isNumber }

    /// How many tokens a text is taken for: one for each four characters of a word that have begun.
    static func tokens(_ text: some StringProtocol) -> Int {
        text.split(whereSeparator: \.isWhitespace).reduce(0) { $0 + ($1.count + 3) / 4 }
    }

    /// The start of a text that has at most so many tokens, cut between words.
    static func prefix(_ text: String, tokens most: Int) -> String {
        var left = most
        var end = text.startIndex
        for word in text.split(whereSeparator: \.isWhitespace) {
            left -= (word.count + 3) / 4
            if left < 0 { return String(text[..<end]) }
            end = word.endIndex
        }
        return text
    }

    /// The text in pieces of one word each, spaces included, so that together they are the text again.
    static func pieces(_ text: String) -> [String] {
        var pieces: [String] = []
        var piece = ""
        for character in text {
            if character.isWhitespace == false, piece.last?.isWhitespace == true {
                pieces.append(piece)
                piece = ""
            }
            piece.append(character)
        }
        if !piece.isEmpty { pieces.append(piece) }
        return pieces
    }
}
