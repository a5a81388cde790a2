@testable import PatchbayArchive

/// Writes zips that are as wrong as a test wants them.
struct ZipBuilder {
    /// What local header, central directory and data say about one entry; all may disagree.
    struct Entry {
        var name: [UInt8]
        var data: [UInt8]
        var localName: [UInt8]?
        var flags = 0
        var localFlags: Int?
        var method = 0
        var localMethod: Int?
        var size: Int
        var localSize: Int?
        var packed: Int?
        var crc: UInt32
        var localCRC: UInt32?
        var attributes = 0o100644 << 16
        var extra: [UInt8] = []
        var localExtra: [UInt8] = []
        var comment: [UInt8] = []
        var descriptor: [UInt8] = []
        var gap: [UInt8] = []
        /// Where the central directory points, if not at the local header.
        var offset: Int?

        init(_ name: String, _ text: String = "text") {
            self.name = Array(name.utf8)
            data = Array(text.utf8)
            size = data.count
            crc = checksum(data)
        }
    }

    var entries: [Entry]
    var prefix: [UInt8] = []
    var beforeDirectory: [UInt8] = []
    var afterDirectory: [UInt8] = []
    var comment: [UInt8] = []
    var suffix: [UInt8] = []
    var count: Int?
    var disk = 0

    init(_ entries: [Entry]) {
        self.entries = entries
    }

    init(_ names: String...) {
        entries = names.map { Entry($0) }
    }

    func with(_ change: (inout ZipBuilder) -> Void) -> ZipBuilder {
        var copy = self
        change(&copy)
        return copy
    }

    var bytes: [UInt8] {
        var output = prefix
        var directory: [UInt8] = []
        for entry in entries {
            output += entry.gap
            let offset = output.count
            let packed = entry.packed ?? entry.data.count
            let localName = entry.localName ?? entry.name
            output += number(0x0403_4B50, 4) + number(20, 2) + number(entry.localFlags ?? entry.flags, 2)
            output += number(entry.localMethod ?? entry.method, 2) + number(0, 2) + number(0x21, 2)
            output += number(Int(entry.localCRC ?? entry.crc), 4) + number(entry.descriptor.isEmpty ? packed : 0, 4)
            output +=
                number(entry.localSize ?? entry.size, 4) + number(localName.count, 2)
                + number(entry.localExtra.count, 2)
            output += localName + entry.localExtra + entry.data + entry.descriptor
            directory += number(0x0201_4B50, 4) + number(3 << 8 | 20, 2) + number(20, 2) + number(entry.flags, 2)
            directory += number(entry.method, 2) + number(0, 2) + number(0x21, 2) + number(Int(entry.crc), 4)
            directory += number(packed, 4) + number(entry.size, 4) + number(entry.name.count, 2)
            directory += number(entry.extra.count, 2) + number(entry.comment.count, 2) + number(0, 2) + number(0, 2)
            directory += number(entry.attributes, 4) + number(entry.offset ?? offset, 4) + entry.name + entry.extra
            directory += entry.comment
        }
        output += beforeDirectory
        let start = output.count
        output += directory + afterDirectory
        output += number(0x0605_4B50, 4) + number(disk, 2) + number(disk, 2)
        output += number(count ?? entries.count, 2) + number(count ?? entries.count, 2) + number(directory.count, 4)
        return output + number(start, 4) + number(comment.count, 2) + comment + suffix
    }
}

func number(_ value: Int, _ bytes: Int) -> [UInt8] { (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
