import PatchbayModel

/// One event of a stream (HTML standard, "Server-sent events").
struct ServerSentEvent: Equatable {
    /// The event's type; `message` when the stream names none.
    var type = "message"
    /// The data lines, joined by line feeds.
    var data = ""
}

/// Takes server-sent events out of chunks of bytes, wherever the chunks are cut.
struct ServerSentEventParser {
    private let maxLineBytes: Int
    private var line: [UInt8] = []
    private var endedWithReturn = false
    private var isFirstLine = true
    private var type = ""
    private var data: [String] = []
    private var dataBytes = 0

    /// - Parameter maxLineBytes: The longest line and the longest event, in bytes.
    init(maxLineBytes: Int = 1 << 20) {
        self.maxLineBytes = maxLineBytes
    }

    /// The events that a chunk completes.
    ///
    /// - Throws: ``Failure`` of kind `tooLarge` for a line beyond the limit, `malformed` for text that is not UTF-8.
    mutating func events(in chunk: [UInt8]) throws(Failure) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        for byte in chunk {
            // CRLF is one line end, also when a chunk ends between its halves.
            if byte == 0x0A, endedWithReturn {
                endedWithReturn = false
                continue
            }
            endedWithReturn = byte == 0x0D
            if byte == 0x0A || byte == 0x0D {
                if let event = try endLine() { events.append(event) }
            } else {
                line.append(byte)
                guard line.count <= maxLineBytes else {
                    throw Failure(.tooLarge, "a line of the event stream is longer than \(maxLineBytes) bytes")
                }
            }
        }
        return events
    }

    /// What stands at a stream's end without the blank line that should close it; nil for nothing.
    mutating func finish() throws(Failure) -> ServerSentEvent? {
        if !line.isEmpty { _ = try endLine() }
        return dispatch()
    }

    private mutating func endLine() throws(Failure) -> ServerSentEvent? {
        defer { line.removeAll(keepingCapacity: true) }
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        }
        guard !line.isEmpty else { return dispatch() }
        guard let text = String(validating: line, as: UTF8.self) else {
            throw Failure(.malformed, "the event stream is not UTF-8")
        }
        let colon = text.firstIndex(of: ":") ?? text.endIndex
        var value = colon == text.endIndex ? "" : text[text.index(after: colon)...]
        if value.first == " " { value.removeFirst() }
        switch text[..<colon] {
        case "event": type = String(value)
        case "data":
            data.append(String(value))
            dataBytes += value.utf8.count
            guard dataBytes <= maxLineBytes else {
                throw Failure(.tooLarge, "an event of the stream is longer than \(maxLineBytes) bytes")
            }
        default: break  // comments, `id`, `retry` and unknown fields
        }
        return nil
    }

    private mutating func dispatch() -> ServerSentEvent? {
        defer {
            type = ""
            data = []
            dataBytes = 0
        }
        guard !data.isEmpty else { return nil }
        return ServerSentEvent(type: type.isEmpty ? "message" : type, data: data.joined(separator: "\n"))
    }
}
