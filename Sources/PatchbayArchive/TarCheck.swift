import PatchbayFiles

/// Our own check of a tar (POSIX ustar and pax, and what GNU tar writes for plain files), before any library reads it.
struct TarCheck {
    private let bytes: [UInt8]
    private let limits: ArchiveLimits
    private var names = NameCheck()
    private var total = 0
    private var count = 0
    private var place = 0
    /// A name that an earlier block gives to the next entry.
    private var nextName: ArraySlice<UInt8>?
    private var nextSize: Int?

    private static let block = 512
    /// Keys of a pax header that change neither kind nor content of a file.
    private static let harmless: Set<String> = [
        "path", "size", "mtime", "atime", "ctime", "comment", "uid", "gid", "uname", "gname",
    ]

    /// Checks the whole container.
    ///
    /// - Returns: The entries in their order.
    static func entries(of archive: [UInt8], limits: ArchiveLimits) throws(ArchiveError) -> [CheckedEntry] {
        var check = TarCheck(bytes: archive, limits: limits)
        return try check.run()
    }

    private init(bytes: [UInt8], limits: ArchiveLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    private mutating func run() throws(ArchiveError) -> [CheckedEntry] {
        guard bytes.count % Self.block == 0 else { throw ArchiveError("the tar is cut off") }
        var entries: [CheckedEntry] = []
        while true {
            guard place + Self.block <= bytes.count else {
                throw ArchiveError("the tar is cut off: its end mark is missing")
            }
            let header = bytes[place..<place + Self.block]
            if header.allSatisfy({ $0 == 0 }) { break }
            place += Self.block
            if let entry = try entry(header) { entries.append(entry) }
        }
        if nextName != nil || nextSize != nil { throw ArchiveError("the tar ends behind an extended header") }
        guard bytes.count - place >= 2 * Self.block, bytes[place...].allSatisfy({ $0 == 0 }) else {
            throw ArchiveError("the tar's end mark is damaged, or something follows it")
        }
        return entries
    }

    private mutating func entry(_ header: ArraySlice<UInt8>) throws(ArchiveError) -> CheckedEntry? {
        let own = text(header, 0, 100)
        let shownOwn = NameCheck.shown(nextName ?? own)
        try checkSum(header, shown: shownOwn)
        let isPosix = field(header, 257, 8).elementsEqual("ustar\u{0}00".utf8)
        guard isPosix || field(header, 257, 8).elementsEqual("ustar  \u{0}".utf8) else {
            throw ArchiveError(entry: shownOwn, "it is not in ustar, pax or GNU format")
        }
        guard let size = octal(header, 124, 12), let mode = octal(header, 100, 8) else {
            throw ArchiveError(entry: shownOwn, "its header holds a number that is no octal one")
        }
        let kind = header[header.startIndex + 156]
        switch kind {
        case UInt8(ascii: "x"), UInt8(ascii: "g"), UInt8(ascii: "L"):
            guard size <= 64 << 10 else {
                throw ArchiveError(entry: shownOwn, "its extended header is longer than 64 KiB")
            }
            try extend(kind, with: try content(size, shown: shownOwn), shown: shownOwn)
            return nil
        default: break
        }
        var name = own
        if isPosix, case let prefix = text(header, 345, 155), !prefix.isEmpty { name = prefix + "/".utf8 + own }
        if let given = nextName { name = given }
        let shown = NameCheck.shown(name)
        if let given = nextSize, given != size { throw ArchiveError(entry: shown, "its two headers differ in size") }
        nextName = nil
        nextSize = nil
        count += 1
        if count > limits.maxEntries { throw ArchiveError("the archive has more than \(limits.maxEntries) entries") }
        let isFolder = try isFolder(kind, name: name, shown: shown)
        if mode & 0o6000 != 0 { throw ArchiveError(entry: shown, "it is setuid or setgid") }
        if !text(header, 157, 100).isEmpty {
            throw ArchiveError(entry: shown, "it names another file though it is no link")
        }
        if isFolder, size != 0 { throw ArchiveError(entry: shown, "it is a folder with content") }
        total += size
        if total > limits.maxContentBytes {
            throw ArchiveError(entry: shown, "the archive unpacks to more than \(limits.maxContentBytes) bytes")
        }
        _ = try content(size, shown: shown)
        var plain = name
        if plain.starts(with: "./".utf8) { plain = plain.dropFirst(2) }
        if isFolder, plain.last == UInt8(ascii: "/") { plain = plain.dropLast() }
        if isFolder, plain.isEmpty || plain.elementsEqual(".".utf8) { return nil }
        return CheckedEntry(
            path: try names.add(plain, isFolder: isFolder),
            isFolder: isFolder,
            size: size,
            crc: nil,
            isExecutable: !isFolder && mode & 0o111 != 0
        )
    }

    private func isFolder(_ kind: UInt8, name: ArraySlice<UInt8>, shown: String) throws(ArchiveError) -> Bool {
        switch kind {
        case 0, UInt8(ascii: "0"):
            // Old tars mark folders so; two readers, two answers.
            if name.last == UInt8(ascii: "/") {
                throw ArchiveError(entry: shown, "it is a file whose name ends with '/'")
            }
            return false
        case UInt8(ascii: "5"): return true
        case UInt8(ascii: "1"): throw ArchiveError(entry: shown, "it is a hard link")
        case UInt8(ascii: "2"): throw ArchiveError(entry: shown, "it is a symbolic link")
        case UInt8(ascii: "3"), UInt8(ascii: "4"): throw ArchiveError(entry: shown, "it is a device")
        case UInt8(ascii: "6"): throw ArchiveError(entry: shown, "it is a FIFO")
        case UInt8(ascii: "S"): throw ArchiveError(entry: shown, "it is a sparse file")
        default: throw ArchiveError(entry: shown, "it is of a kind that is not read (\(kind))")
        }
    }

    /// Steps over an entry's data, whose padding must be empty.
    private mutating func content(_ size: Int, shown: String) throws(ArchiveError) -> ArraySlice<UInt8> {
        guard size <= bytes.count - place else { throw ArchiveError(entry: shown, "its data goes beyond the archive") }
        let end = place + size
        let next = (end + Self.block - 1) / Self.block * Self.block
        guard next <= bytes.count, bytes[end..<next].allSatisfy({ $0 == 0 }) else {
            throw ArchiveError(entry: shown, "something stands behind its data")
        }
        defer { place = next }
        return bytes[place..<end]
    }

    // MARK: - Extended headers

    private mutating func extend(_ kind: UInt8, with content: ArraySlice<UInt8>, shown: String) throws(ArchiveError) {
        if kind == UInt8(ascii: "L") {
            guard content.last == 0, nextName == nil else {
                throw ArchiveError(entry: shown, "its long name is damaged")
            }
            nextName = content.dropLast()
            return
        }
        var rest = content
        while !rest.isEmpty {
            guard let space = rest.firstIndex(of: UInt8(ascii: " ")), space - rest.startIndex <= 6,
                let count = Int(String(decoding: rest[..<space], as: UTF8.self)), count > space + 1 - rest.startIndex,
                count <= rest.count, rest[rest.startIndex + count - 1] == UInt8(ascii: "\n")
            else { throw ArchiveError(entry: shown, "its pax header is damaged") }
            let record = rest[(space + 1)..<(rest.startIndex + count - 1)]
            guard let sign = record.firstIndex(of: UInt8(ascii: "=")) else {
                throw ArchiveError(entry: shown, "its pax header is damaged")
            }
            let key = String(decoding: record[..<sign], as: UTF8.self)
            try take(key, record[(sign + 1)...], isGlobal: kind == UInt8(ascii: "g"), shown: shown)
            rest = rest.dropFirst(count)
        }
    }

    private mutating func take(_ key: String, _ value: ArraySlice<UInt8>, isGlobal: Bool, shown: String)
        throws(ArchiveError)
    {
        guard isGlobal ? key == "comment" : Self.harmless.contains(key) else {
            throw ArchiveError(entry: shown, "its pax header has a key that is not read: '\(RelativePath.shown(key))'")
        }
        switch key {
        case "path":
            if nextName != nil { throw ArchiveError(entry: shown, "it has two long names") }
            nextName = value
        case "size":
            guard nextSize == nil, let size = Int(String(decoding: value, as: UTF8.self)), size >= 0 else {
                throw ArchiveError(entry: shown, "its pax header is damaged")
            }
            nextSize = size
        default: break
        }
    }

    // MARK: - Fields

    private func field(_ header: ArraySlice<UInt8>, _ start: Int, _ count: Int) -> ArraySlice<UInt8> {
        header.dropFirst(start).prefix(count)
    }

    /// A text that ends with NUL or with its field.
    private func text(_ header: ArraySlice<UInt8>, _ start: Int, _ count: Int) -> ArraySlice<UInt8> {
        field(header, start, count).prefix { $0 != 0 }
    }

    /// An octal number, ended by space or NUL; nil for anything else, GNU's binary numbers included.
    private func octal(_ header: ArraySlice<UInt8>, _ start: Int, _ count: Int) -> Int? {
        let text = field(header, start, count).drop { $0 == 0x20 }
        let digits = text.prefix { $0 != 0x20 && $0 != 0 }
        guard digits.count <= 12, text.dropFirst(digits.count).allSatisfy({ $0 == 0x20 || $0 == 0 }) else { return nil }
        if digits.isEmpty { return 0 }
        return Int(String(decoding: digits, as: UTF8.self), radix: 8).flatMap { $0 < 0 ? nil : $0 }
    }

    private func checkSum(_ header: ArraySlice<UInt8>, shown: String) throws(ArchiveError) {
        var sum = 0
        for (place, byte) in header.enumerated() { sum += (148..<156).contains(place) ? 0x20 : Int(byte) }
        guard octal(header, 148, 8) == sum else { throw ArchiveError(entry: shown, "its header's checksum is wrong") }
    }
}
