import PatchbayDialog
import PatchbayModel

/// One call as it goes to a worker, and what comes back.
struct ScriptExchange {
    let request: ScriptRequest
    private let call: ScriptCall
    private let limits: ScriptLimits

    /// - Throws: ``Failure`` of kind `limit` or `script` for what no worker would take.
    init(_ call: ScriptCall, limits: ScriptLimits) throws(Failure) {
        var request = try Self.check(name: call.name, source: call.source, limits: limits)
        request.kind = .run
        request.milliseconds = call.milliseconds
        request.seed = call.seed
        request.outputLimit = UInt32(clamping: limits.outputLength)
        request.resultLimit = UInt32(clamping: limits.resultLength)
        request.payload = JSONWriter().bytes([
            "context": .object(call.context), "session": .object(call.session), "globals": .object(call.globals),
        ])
        guard request.payload.count <= limits.inputBytes else {
            throw ScriptWords(limits: limits, weakness: "").tooLarge(
                "its context",
                bytes: request.payload.count,
                limit: limits.inputBytes,
                name: call.name
            )
        }
        self.request = request
        self.call = call
        self.limits = limits
    }

    /// The request to see whether a script is well formed.
    static func check(name: String, source: String, limits: ScriptLimits) throws(Failure) -> ScriptRequest {
        var request = ScriptRequest(kind: .check)
        request.source = Array(source.utf8)
        guard request.source.count <= limits.sourceBytes else {
            throw ScriptWords(limits: limits, weakness: "")
                .tooLarge("the script", bytes: request.source.count, limit: limits.sourceBytes, name: name)
        }
        guard !request.source.contains(0) else {
            throw Failure(.script, "\(name): the script holds a NUL character; remove it")
        }
        return request
    }

    /// - Throws: ``Failure``.
    func result(of answer: ScriptAnswer) throws(Failure) -> ScriptResult {
        let words = ScriptWords(limits: limits, weakness: answer.weakness)
        guard answer.kind == .result else { throw words.failure(for: answer, name: call.name) }
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try JSONReader(maxDepth: limits.depth + 1, maxBytes: limits.answerBytes).read(
                Self.mended(answer.content)
            )
        } catch {
            throw words.unreadable(error, name: call.name)
        }
        let old: JSONValue = ["context": .object(call.context), "session": .object(call.session)]
        let new = Self.hasLongNumber(request.payload) ? value.keepingSpelling(of: old) : value
        guard let context = new["context"]?.object, let session = new["session"]?.object,
            let printed = new["printed"]?.array
        else {
            throw words.failure(for: ScriptAnswer(.broken, "its result is incomplete"), name: call.name)
        }
        return ScriptResult(context: context, session: session, printed: printed.compactMap(\.string))
    }

    /// JavaScript's strings may hold what a text cannot: half a surrogate pair (a cut emoji) and NUL.
    ///
    /// `JSON.stringify` writes
    /// these as escapes; each becomes the replacement character here.
    static func mended(_ json: [UInt8]) -> [UInt8] {
        guard json.contains(where: { $0 == UInt8(ascii: "\\") }) else { return json }
        var output: [UInt8] = []
        output.reserveCapacity(json.count)
        var position = 0
        while position < json.count {
            let byte = json[position]
            guard byte == UInt8(ascii: "\\"), position + 1 < json.count else {
                output.append(byte)
                position += 1
                continue
            }
            let escape = json[position..<min(position + 6, json.count)]
            if escape.starts(with: #"\ud"#.utf8) && !isBelowSurrogates(escape) || escape.elementsEqual(#"\u0000"#.utf8)
            {
                output += "\u{FFFD}".utf8
                position += 6
            } else {
                output += escape.prefix(2)
                position += 2
            }
        }
        return output
    }

    /// Whether an escape that begins with `\ud` stands for U+D000 to U+D7FF.
    private static func isBelowSurrogates(_ escape: ArraySlice<UInt8>) -> Bool {
        escape.dropFirst(3).first.map { $0 < UInt8(ascii: "8") } ?? true
    }

    /// Whether a text has 16 digits in a row, as numbers have that JavaScript cannot hold exactly.
    private static func hasLongNumber(_ json: [UInt8]) -> Bool {
        var run = 0
        for byte in json {
            run = (0x30...0x39).contains(byte) ? run + 1 : 0
            if run == 16 { return true }
        }
        return false
    }
}

extension JSONValue {
    /// This value with the numbers of an older one, wherever the two cannot be told apart in JavaScript: an id of 19
    /// digits that a script did not touch stays what it was.
    func keepingSpelling(of old: JSONValue) -> JSONValue {
        switch (self, old) {
        case (.number(let new), .number(let old)): .number(new.double == old.double ? old : new)
        case (.array(let new), .array(let old)):
            .array(new.enumerated().map { $0 < old.count ? $1.keepingSpelling(of: old[$0]) : $1 })
        case (.object(let new), .object(let old)):
            .object(JSONObject(new.members.map { ($0.key, old[$0.key].map($0.value.keepingSpelling) ?? $0.value) }))
        default: self
        }
    }
}
