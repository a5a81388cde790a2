import PatchbayFiles

/// Our own check of a zip's container (PKWARE APPNOTE 6.3.10), before any library reads it.
///
/// What two readers could understand differently is refused: every byte belongs to exactly one header or one entry's
/// data, and the central directory and the local headers say the same.
struct ZipCheck {
    let file: ByteReading
    private let limits: ArchiveLimits
    private var names = NameCheck()
    private var total = 0
    /// Where each entry's local part begins and ends.
    private(set) var parts: [Range<Int>] = []

    /// What the central directory says about an entry.
    struct Header {
        let madeBy: Int
        let flags: Int
        let method: Int
        let crc: Int
        let packed: Int
        let size: Int
        let name: ArraySlice<UInt8>
        let attributes: Int
        let offset: Int
        var shown: String { NameCheck.shown(name) }
    }

    enum Flag {
        static let encrypted = 0x0001
        static let deflateLevel = 0x0006
        static let descriptor = 0x0008
        static let utf8 = 0x0800
    }

    private static let endSize = 22

    /// Checks the whole container.
    ///
    /// - Returns: The entries in the order of the central directory.
    static func entries(of archive: [UInt8], limits: ArchiveLimits) throws(ArchiveError) -> [CheckedEntry] {
        var check = ZipCheck(file: ByteReading(bytes: archive), limits: limits)
        return try check.run()
    }

    private init(file: ByteReading, limits: ArchiveLimits) {
        self.file = file
        self.limits = limits
    }

    private mutating func run() throws(ArchiveError) -> [CheckedEntry] {
        let end = file.bytes.count - Self.endSize
        guard file.number32(end) == 0x0605_4B50, file.number16(end + 20) == 0 else {
            if hasComment { throw ArchiveError("the zip has a comment; write it without one") }
            throw ArchiveError("the zip doesn't end with its end record: it is cut off, or something follows it")
        }
        guard let count = file.number16(end + 10), let size = file.number32(end + 12),
            let start = file.number32(end + 16)
        else { throw cutOff }
        if count == 0xFFFF || size == 0xFFFF_FFFF || start == 0xFFFF_FFFF { throw ArchiveError("zip64 is not read") }
        guard file.number16(end + 4) == 0, file.number16(end + 6) == 0, file.number16(end + 8) == count else {
            throw ArchiveError("the zip is one part of several")
        }
        guard start + size == end else {
            throw ArchiveError("the central directory doesn't end where the end record begins")
        }
        if count > limits.maxEntries {
            throw ArchiveError("the archive has \(count) entries; at most \(limits.maxEntries) are read")
        }
        var entries: [CheckedEntry] = []
        var place = start
        for _ in 0..<count { entries.append(try entry(at: &place, end: end)) }
        guard place == end else { throw ArchiveError("the central directory holds more than its \(count) entries") }
        try checkParts(upTo: start)
        return entries
    }

    /// Whether an end record stands where its comment reaches just to the end.
    private var hasComment: Bool {
        let first = file.bytes.count - Self.endSize
        return (max(0, first - 0xFFFF)..<max(0, first)).contains { place in
            file.number32(place) == 0x0605_4B50 && file.number16(place + 20) == first - place
        }
    }

    private var cutOff: ArchiveError { ArchiveError("the zip is cut off") }

    private mutating func entry(at place: inout Int, end: Int) throws(ArchiveError) -> CheckedEntry {
        guard file.number32(place) == 0x0201_4B50, place + 46 <= end else {
            throw ArchiveError("the central directory is damaged or has fewer entries than it says")
        }
        guard let madeBy = file.number16(place + 4), let flags = file.number16(place + 8),
            let method = file.number16(place + 10), let crc = file.number32(place + 16),
            let packed = file.number32(place + 20), let size = file.number32(place + 24),
            let nameCount = file.number16(place + 28), let extraCount = file.number16(place + 30),
            let commentCount = file.number16(place + 32), let disk = file.number16(place + 34),
            let attributes = file.number32(place + 38), let offset = file.number32(place + 42),
            let name = file.slice(place + 46, nameCount)
        else { throw cutOff }
        let header = Header(
            madeBy: madeBy,
            flags: flags,
            method: method,
            crc: crc,
            packed: packed,
            size: size,
            name: name,
            attributes: attributes,
            offset: offset
        )
        if commentCount != 0 { throw ArchiveError(entry: header.shown, "it has a comment") }
        if disk != 0 { throw ArchiveError(entry: header.shown, "it lies in another part of the archive") }
        try checkExtra(at: place + 46 + nameCount, count: extraCount, of: header)
        place += 46 + nameCount + extraCount
        if place > end { throw cutOff }
        try checkForm(header)
        let isFolder = name.last == UInt8(ascii: "/")
        try checkKind(header, isFolder: isFolder)
        try checkSize(header, isFolder: isFolder)
        let path = try names.add(isFolder ? name.dropLast() : name, isFolder: isFolder)
        parts.append(try localPart(of: header))
        return CheckedEntry(
            path: path,
            isFolder: isFolder,
            size: size,
            crc: UInt32(truncatingIfNeeded: crc),
            isExecutable: !isFolder && attributes >> 16 & 0o111 != 0
        )
    }

    private func checkForm(_ header: Header) throws(ArchiveError) {
        if header.flags & Flag.encrypted != 0 { throw ArchiveError(entry: header.shown, "it is encrypted") }
        if header.flags & ~(Flag.deflateLevel | Flag.descriptor | Flag.utf8) != 0 {
            throw ArchiveError(entry: header.shown, "it has flags that are not read (\(header.flags))")
        }
        guard header.method == 0 || header.method == 8 else {
            throw ArchiveError(
                entry: header.shown,
                "it is packed by method \(header.method); use stored (0) or deflate (8)"
            )
        }
        if header.method == 0, header.flags & Flag.descriptor != 0 {
            throw ArchiveError(entry: header.shown, "it is stored, but its size stands only behind it")
        }
        if header.flags & Flag.utf8 == 0, header.name.contains(where: { $0 >= 0x80 }) {
            throw ArchiveError(entry: header.shown, "its name is not ASCII and not marked as UTF-8")
        }
    }

    /// What the attributes say of the entry's kind: Unix mode in the upper half, DOS attributes in the lower.
    private func checkKind(_ header: Header, isFolder: Bool) throws(ArchiveError) {
        let mode = header.attributes >> 16
        switch mode & 0o170000 {
        case 0: break
        case 0o100000 where !isFolder: break
        case 0o040000 where isFolder: break
        case 0o120000: throw ArchiveError(entry: header.shown, "it is a symbolic link")
        case 0o100000, 0o040000:
            throw ArchiveError(entry: header.shown, "name and attributes disagree on whether it is a folder")
        default: throw ArchiveError(entry: header.shown, "it is a device, FIFO or socket")
        }
        if mode & 0o6000 != 0 { throw ArchiveError(entry: header.shown, "it is setuid or setgid") }
        if header.attributes & 0x08 != 0 { throw ArchiveError(entry: header.shown, "it is a volume label") }
        if header.attributes & 0x10 != 0, !isFolder {
            throw ArchiveError(entry: header.shown, "name and attributes disagree on whether it is a folder")
        }
    }

    private mutating func checkSize(_ header: Header, isFolder: Bool) throws(ArchiveError) {
        if isFolder, header.size != 0 || header.crc != 0 || header.packed > 2 {
            throw ArchiveError(entry: header.shown, "it is a folder with content")
        }
        if header.packed == 0xFFFF_FFFF || header.size == 0xFFFF_FFFF || header.offset == 0xFFFF_FFFF {
            throw ArchiveError(entry: header.shown, "zip64 is not read")
        }
        if header.method == 0, header.packed != header.size {
            throw ArchiveError(entry: header.shown, "it is stored, but its two sizes differ")
        }
        if header.size > 1 << 20, header.size / limits.maxRatio > header.packed {
            throw ArchiveError(entry: header.shown, "it unpacks to more than \(limits.maxRatio) times its size")
        }
        total += header.size
        if total > limits.maxContentBytes {
            throw ArchiveError(entry: header.shown, "the archive unpacks to more than \(limits.maxContentBytes) bytes")
        }
    }

    /// Extra fields: only those that say nothing but times and owners; one of the others gives a second name (0x7075).
    func checkExtra(at start: Int, count: Int, of header: Header) throws(ArchiveError) {
        var place = start
        while place < start + count {
            guard let kind = file.number16(place), let size = file.number16(place + 2),
                place + 4 + size <= start + count
            else { throw ArchiveError(entry: header.shown, "its extra fields are damaged") }
            switch kind {
            case 0x5455, 0x7875, 0x7855, 0x5855, 0x000A, 0xCAFE: break
            case 0x0001: throw ArchiveError(entry: header.shown, "zip64 is not read")
            default:
                throw ArchiveError(
                    entry: header.shown,
                    "it has an extra field that is not read (0x\(String(kind, radix: 16)))"
                )
            }
            place += 4 + size
        }
    }
}
