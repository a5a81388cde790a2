/// Joins two edited versions of a text, line by line.
///
/// Lines are compared by their bytes. Where mine ends its lines in another way than the others do, it keeps its way.
enum LineMerge {
    /// The longest text, in lines, whose lines are compared; both sides changing a longer one is a conflict.
    static let mostLines = 50_000

    /// The joined text; nil where both changed the same or neighbouring lines differently: no line that nobody wrote.
    static func merge(_ texts: ThreeWay<String>) -> String? {
        merge(texts.map { Array($0.utf8) }).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The joined text, in UTF-8.
    static func merge(_ texts: ThreeWay<[UInt8]>) -> [UInt8]? {
        if let plain = texts.plain { return plain }
        let endings = texts.map(LineEnding.init)
        if endings.mine != endings.base, endings.mine != .mixed, endings.base != .mixed {
            // An editor that wrote all line ends anew changed no line.
            let mine = endings.base.applied(to: texts.mine)
            let joined = merge(ThreeWay(base: texts.base, mine: mine, theirs: endings.base.applied(to: texts.theirs)))
            return joined.map(endings.mine.applied)
        }
        let lines = texts.map { $0.split(separator: LineEnding.feed, omittingEmptySubsequences: false) }
        guard lines.allSatisfy({ $0.count <= mostLines }) else { return nil }
        let mine = LinePartners.find(of: lines.base, in: lines.mine)
        let theirs = LinePartners.find(of: lines.base, in: lines.theirs)
        var joined: [ArraySlice<UInt8>] = []
        var at = ThreeWay(base: 0, mine: 0, theirs: 0)
        while true {
            // The next line of the base that both sides kept ends a stretch that at least one side changed.
            var stop = at.base
            while stop < lines.base.count, mine[stop] == nil || theirs[stop] == nil { stop += 1 }
            let end = ThreeWay(
                base: stop,
                mine: stop < lines.base.count ? mine[stop] ?? 0 : lines.mine.count,
                theirs: stop < lines.base.count ? theirs[stop] ?? 0 : lines.theirs.count
            )
            let stretch = ThreeWay(
                base: lines.base[at.base..<end.base],
                mine: lines.mine[at.mine..<end.mine],
                theirs: lines.theirs[at.theirs..<end.theirs]
            )
            guard let plain = stretch.plain else { return nil }
            joined += plain
            guard stop < lines.base.count else { break }
            joined.append(lines.mine[end.mine])
            at = ThreeWay(base: end.base + 1, mine: end.mine + 1, theirs: end.theirs + 1)
        }
        return Array(joined.joined(separator: CollectionOfOne(LineEnding.feed)))
    }
}

/// How a text ends its lines.
private enum LineEnding {
    case plain, withReturn, mixed

    static let feed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    init(of text: [UInt8]) {
        var (plain, withReturn) = (false, false)
        for (index, byte) in text.enumerated() where byte == Self.feed {
            if index > 0, text[index - 1] == Self.carriageReturn { withReturn = true } else { plain = true }
        }
        self = plain && withReturn ? .mixed : withReturn ? .withReturn : .plain
    }

    /// A text with its lines ended in this way.
    func applied(to text: [UInt8]) -> [UInt8] {
        guard self != .mixed else { return text }
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        for byte in text {
            if byte == Self.feed {
                if result.last == Self.carriageReturn { result.removeLast() }
                if self == .withReturn { result.append(Self.carriageReturn) }
            }
            result.append(byte)
        }
        return result
    }
}
