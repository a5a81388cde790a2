/// What the hub asks its worker, and how it is written: numbers little-endian, texts with their length before them.
struct ScriptRequest: Equatable {
    enum Kind: UInt8 {
        /// Run a script.
        case run = 1
        /// See whether a script is well formed.
        case check = 2
    }

    var kind: Kind
    var milliseconds: Int64 = 0
    var seed: UInt64 = 0
    /// The longest output of `print`, in UTF-16 units.
    var outputLimit: UInt32 = 0
    /// The longest context, and the longest session, as JSON in UTF-16 units.
    var resultLimit: UInt32 = 0
    /// A function body as UTF-8 without NUL.
    var source: [UInt8] = []
    /// The JSON text `{context, session, globals}` without NUL.
    var payload: [UInt8] = []

    init(kind: Kind) {
        self.kind = kind
    }

    init?(_ bytes: [UInt8]) {
        var reader = FrameReader(bytes)
        guard let raw: UInt8 = reader.number(), let kind = Kind(rawValue: raw),
            let milliseconds: Int64 = reader.number(),
            let seed: UInt64 = reader.number(), let outputLimit: UInt32 = reader.number(),
            let resultLimit: UInt32 = reader.number(), let source = reader.text(), let payload = reader.text(),
            reader.isAtEnd
        else { return nil }
        self.kind = kind
        self.milliseconds = milliseconds
        self.seed = seed
        self.outputLimit = outputLimit
        self.resultLimit = resultLimit
        self.source = source
        self.payload = payload
    }

    /// The request as a frame's content.
    var bytes: [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(40 + source.count + payload.count)
        output.append(kind.rawValue)
        FrameReader.append(milliseconds, to: &output)
        FrameReader.append(seed, to: &output)
        FrameReader.append(outputLimit, to: &output)
        FrameReader.append(resultLimit, to: &output)
        for text in [source, payload] {
            FrameReader.append(UInt32(clamping: text.count), to: &output)
            output += text
        }
        return output
    }
}

/// The first frame a worker gets: what it must set up before it says that it is ready.
struct ScriptSetup: Equatable {
    /// The longest time in the engine, in milliseconds.
    let time: UInt32
    /// How much the worker may grow, in bytes.
    let memory: UInt64

    init(time: UInt32, memory: UInt64) {
        self.time = time
        self.memory = memory
    }

    init?(_ bytes: [UInt8]) {
        var reader = FrameReader(bytes)
        guard let time: UInt32 = reader.number(), let memory: UInt64 = reader.number(), reader.isAtEnd else {
            return nil
        }
        self.init(time: time, memory: memory)
    }

    var bytes: [UInt8] {
        var output: [UInt8] = []
        FrameReader.append(time, to: &output)
        FrameReader.append(memory, to: &output)
        return output
    }
}

/// What a worker answers: one letter, whether it wants to be replaced, and words.
struct ScriptAnswer: Equatable {
    enum Kind: UInt8 {
        /// To the setup: ready, confined.
        case ready = 0x2B
        /// To the setup: ready, but confined less than it should be; the words say what failed.
        case weak = 0x57
        /// To the setup: no engine; the words are `missing`, or what is wrong with it.
        case absent = 0x41
        /// The JSON text `{context, session, printed}`; nothing after a check.
        case result = 0x52
        /// A script's error: line, column (0 when unknown) and words, each on a line.
        case error = 0x45
        /// What a script left cannot be written as JSON: `context` or `session`, then as ``error``.
        case unwritable = 0x4A
        /// The limit that ended it: `time`, `memory`, `print`, `context` or `session`.
        case limit = 0x4C
        /// The worker itself failed.
        case broken = 0x42
    }

    let kind: Kind
    var wantsReplacement = false
    /// What the worker's confinement lacks; noted by the lane, not part of the frame.
    var weakness = ""
    let content: [UInt8]

    init(_ kind: Kind, _ words: String) {
        self.kind = kind
        content = Array(words.utf8)
    }

    /// The longest content of an error, in bytes: more than anybody is shown of it.
    static let longestError = 4096

    /// An answer as the realm writes it: the letter, then the words, of which an error needs only the beginning.
    init?(tagged text: [UInt8]) {
        guard let first = text.first, let kind = Kind(rawValue: first) else { return nil }
        self.kind = kind
        let words = text.dropFirst()
        content = Array(kind == .error || kind == .unwritable ? words.prefix(Self.longestError) : words)
    }

    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 2, let kind = Kind(rawValue: bytes[0]) else { return nil }
        self.kind = kind
        wantsReplacement = bytes[1] != 0
        content = Array(bytes[2...])
    }

    var bytes: [UInt8] { [kind.rawValue, wantsReplacement ? 1 : 0] + content }

    var words: String { String(decoding: content, as: UTF8.self) }

    /// Line, column and words of an error; nil for other answers.
    var place: (line: Int, column: Int, words: String)? {
        var parts = words.split(
            separator: "\n",
            maxSplits: kind == .unwritable ? 3 : 2,
            omittingEmptySubsequences: false
        )[...]
        if kind == .unwritable { parts = parts.dropFirst() }
        guard kind == .error || kind == .unwritable, parts.count == 3, let words = parts.last else { return nil }
        let numbers = parts.prefix(2).map { Int($0) ?? 0 }
        return (numbers[0], numbers[1], String(words))
    }
}

/// Takes numbers and texts from the front of a frame.
struct FrameReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func number<Number: FixedWidthInteger>() -> Number? {
        let width = Number.bitWidth / 8
        guard bytes.count - position >= width else { return nil }
        var value: Number = 0
        for byte in bytes[position..<position + width].reversed() {
            value = (width == 1 ? 0 : value << 8) | Number(truncatingIfNeeded: byte)
        }
        position += width
        return value
    }

    mutating func text() -> [UInt8]? {
        guard let length: UInt32 = number(), Int(length) <= bytes.count - position else { return nil }
        defer { position += Int(length) }
        return Array(bytes[position..<position + Int(length)])
    }

    static func append(_ number: some FixedWidthInteger, to output: inout [UInt8]) {
        for shift in stride(from: 0, to: number.bitWidth, by: 8) {
            output.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
}
