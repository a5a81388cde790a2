import PatchbayModel

/// Appends compact JSON text to bytes without making values first: heads and records are written once a turn.
struct JSONBytes {
    private(set) var bytes: [UInt8] = []
    private var isFirst = true

    init(capacity: Int) {
        bytes.reserveCapacity(capacity)
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
    mutating func member(_ key: String, plain text: String) {
        begin(key)
        bytes.append(0x22)
        bytes += text.utf8
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

    mutating func string(_ text: String) { JSONWriter.quote(text, into: &bytes) }

    mutating func value(_ value: JSONValue) {
        switch value {
        case .object(let object) where object.isEmpty: bytes += [0x7B, 0x7D]
        default: bytes += JSONWriter().bytes(value)
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
