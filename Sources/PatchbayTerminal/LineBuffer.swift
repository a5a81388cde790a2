/// A line while it is edited: text, cursor, history.
///
/// Knows no terminal.
package struct LineBuffer: Sendable {
    /// What a key led to.
    package enum Outcome: Sendable, Equatable {
        /// The line changed or the cursor moved.
        case edited
        /// Enter: the line is complete.
        case line(String)
        /// Control-C: the line is given up.
        case cancelled
        /// Control-D on an empty line: there is no more.
        case ended
        /// Control-L.
        case cleared
    }

    /// The characters; a pasted text keeps its line breaks.
    package private(set) var characters: [Character] = []
    /// Where the next character goes.
    package private(set) var cursor = 0
    private var history: [String]
    private var place: Int
    private var draft = ""

    /// An empty line after earlier ones, the oldest first.
    package init(history: [String] = []) {
        self.history = history
        place = history.count
    }

    /// A line that holds a text already, the cursor behind it.
    package init(text: String) {
        self.init()
        characters = Array(text)
        cursor = characters.count
    }

    package var text: String { String(characters) }

    /// Lets a key act.
    package mutating func handle(_ key: Key) -> Outcome {
        switch key {
        case .text(let text), .paste(let text): insert(text)
        case .tab: insert("\t")
        case .enter: return .line(text)
        case .control("c"): return .cancelled
        case .control("d") where characters.isEmpty: return .ended
        case .control("l"): return .cleared
        case .backspace, .control("h"): if cursor > 0 { remove(cursor - 1..<cursor) }
        case .delete, .control("d"): if cursor < characters.count { remove(cursor..<cursor + 1) }
        case .control("u"): remove(0..<cursor)
        case .control("k"): remove(cursor..<characters.count)
        case .control("w"): remove(wordStart..<cursor)
        case .left, .control("b"): cursor = max(0, cursor - 1)
        case .right, .control("f"): cursor = min(characters.count, cursor + 1)
        case .wordLeft: cursor = wordStart
        case .wordRight: cursor = wordEnd
        case .home, .control("a"): cursor = 0
        case .end, .control("e"): cursor = characters.count
        case .up, .control("p"): recall(place - 1)
        case .down, .control("n"): recall(place + 1)
        case .escape, .control, .pageUp, .pageDown, .backTab: break
        }
        return .edited
    }

    private mutating func insert(_ text: String) {
        // Joined as text, so that a mark typed after its letter becomes one character with it.
        let before = String(characters[..<cursor]) + text
        let after = characters[cursor...]
        characters = Array(before) + after
        cursor = characters.count - after.count
    }

    private mutating func remove(_ range: Range<Int>) {
        characters.removeSubrange(range)
        cursor = range.lowerBound
    }

    private mutating func recall(_ wanted: Int) {
        guard (0...history.count).contains(wanted), wanted != place else { return }
        if place == history.count { draft = text }
        place = wanted
        characters = Array(wanted == history.count ? draft : history[wanted])
        cursor = characters.count
    }

    private var wordStart: Int {
        var start = cursor
        while start > 0, !characters[start - 1].isLetterOrNumber { start -= 1 }
        while start > 0, characters[start - 1].isLetterOrNumber { start -= 1 }
        return start
    }

    private var wordEnd: Int {
        var end = cursor
        while end < characters.count, !characters[end].isLetterOrNumber { end += 1 }
        while end < characters.count, characters[end].isLetterOrNumber { end += 1 }
        return end
    }
}

extension Character {
    fileprivate var isLetterOrNumber: Bool { isLetter || isNumber }
}
