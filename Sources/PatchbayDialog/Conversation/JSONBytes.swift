import PatchbayModel

/// Appends compact JSON text to bytes without making values first: heads and records are written once a turn.
struct JSONBytes {
    private(set) var bytes: [UInt8] = []
    private var isFirst = true

    init(capacity: Int) {
        bytes.reserveCapacity(capacity)
    }

    /// The bytes without spare room: they are kept for as long as the conversation is parked.
    var exact: [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: bytes.count) { room, count in
            count = unsafe room.initialize(fromContentsOf: bytes)
        }
    }

    mutating func object(_ write: (inout JSONBytes) -> Void) { enclosed(0x7B, 0x7D, write) }

    mutating func array<Element>(_ elements: [Element], _ write: (Element, inout JSONBytes) -> Void) {
        enclosed(0x5B, 0x5D) { output in
            for element in elements {
                output.separate()
                write(element, &output)
            }
        }
    }

    mutating func member(_ key: String, _ text: String) {
        begin(key)
        string(text)
    }

    /// A text in which nothing has to be escaped.
    mutating func member(_ key: String, plain text: [UInt8]) {
        begin(key)
        bytes.append(0x22)
        bytes += text
        bytes.append(0x22)
    }

    mutating func member(_ key: String, _ number: some BinaryInteger) {
        begin(key)
        bytes += String(number).utf8
    }

    mutating func member(_ key: String, _ value: JSONValue) {
        begin(key)
        self.value(value)
    }

    mutating func member<Element>(_ key: String, list: [Element], _ write: (Element, inout JSONBytes) -> Void) {
        begin(key)
        array(list, write)
    }

    mutating func member(_ key: String, object write: (inout JSONBytes) -> Void) {
        begin(key)
        object(write)
    }

    mutating func member(key: String, _ value: JSONValue) {
        separate()
        string(key)
        bytes.append(0x3A)
        self.value(value)
    }

    mutating func string(_ text: String) {
        // Nearly every text of a head is plain, and copied whole it costs a tenth.
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }) else {
            return JSONWriter.quote(text, into: &bytes)
        }
        bytes.append(0x22)
        bytes += text.utf8
        bytes.append(0x22)
    }

    mutating func value(_ value: JSONValue) {
        switch value {
        case .null: bytes += "null".utf8
        case .bool(let flag): bytes += (flag ? "true" : "false").utf8
        case .number(let number): bytes += number.text.utf8
        case .string(let text): string(text)
        case .array(let elements): array(elements) { $1.value($0) }
        case .object(let object):
            enclosed(0x7B, 0x7D) { output in
                for member in object.members { output.member(key: member.key, member.value) }
            }
        }
    }

    private mutating func begin(_ key: String) {
        separate()
        bytes.append(0x22)
        bytes += key.utf8
        bytes += [0x22, 0x3A]
    }

    private mutating func separate() {
        if isFirst { isFirst = false } else { bytes.append(0x2C) }
    }

    private mutating func enclosed(_ open: UInt8, _ close: UInt8, _ write: (inout JSONBytes) -> Void) {
        bytes.append(open)
        isFirst = true
        write(&self)
        isFirst = false
        bytes.append(close)
    }
}
