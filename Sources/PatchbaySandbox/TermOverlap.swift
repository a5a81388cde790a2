import Foundation

/// How well sentences fit a text, by the words they share; a word that stands in most sentences says little.
struct TermOverlap {
    private let sentences: [[String]]
    private var frequency: [String: Int] = [:]

    init(_ sentences: [String]) {
        self.sentences = sentences.map { PlainText.words(Self.withoutSpeaker($0)) }
        for words in self.sentences {
            for word in Set(words.map(Self.stem)) { frequency[word, default: 0] += 1 }
        }
    }

    /// A line of a conversation without who says it.
    private static func withoutSpeaker(_ sentence: String) -> Substring {
        guard let colon = sentence.firstIndex(of: ":"), sentence[..<colon].allSatisfy(\.isLetter) else {
            return sentence[...]
        }
        return sentence[sentence.index(after: colon)...]
    }

    /// The start of a word, in which its forms agree.
    static func stem(_ word: String) -> String { word.count > 5 ? String(word.prefix(max(5, word.count - 3))) : word }

    /// The sentences that together say most of what a text asks: the best one, then those that add to it; in their
    /// order.
    ///
    /// - Returns: At most so many places; none where no sentence shares anything worth mentioning.
    func best(for text: String, most: Int) -> [Int] {
        var wanted = Set(PlainText.words(text).map(Self.stem))
        var chosen: [Int] = []
        var first = 0.0
        while chosen.count < most {
            let scores = sentences.map { words in
                Set(words.map(Self.stem)).intersection(wanted).reduce(0) { $0 + weight($1) }
            }
            guard let top = scores.max(), let place = scores.firstIndex(of: top) else { break }
            if chosen.isEmpty { first = top }
            guard chosen.isEmpty ? top >= 0.5 : top >= max(0.3, 0.25 * first) else { break }
            chosen.append(place)
            wanted.subtract(sentences[place].map(Self.stem))
        }
        return chosen.sorted()
    }

    /// How much of what all sentences say each one says: the higher, the more central.
    ///
    /// Between equals the fuller one wins.
    func centrality() -> [Double] {
        sentences.enumerated().map { place, words in
            let stems = Set(words.map(Self.stem)).filter { $0.count > 3 }
            let shared = stems.reduce(0.0) { $0 + Double((frequency[$1] ?? 1) - 1) }
            return shared / Double(max(1, stems.count)).squareRoot() + 0.05 * Double(words.count)
                + (place == 0 ? 0.5 : 0)
        }
    }

    private func weight(_ stem: String) -> Double {
        let rarity = log(1 + Double(sentences.count) / Double(max(1, frequency[stem] ?? 1)))
        switch stem.count {
        case ...2: return stem.allSatisfy(\.isNumber) ? rarity : 0.05 * rarity
        case 3: return 0.3 * rarity
        default: return rarity
        }
    }
}
