import Glibc
import PatchbayFiles

/// Takes the contents out of a checked container with libarchive, and compares all that it says with the check.
///
/// Safe because the archive object is made and freed here and sees the bytes only while they are held.
@safe struct LibraryReader: ~Copyable {
    enum Format {
        case zip, tar
    }

    private let library: ArchiveLibrary
    private let archive: ArchiveLibrary.Reference

    private init() throws(ArchiveError) {
        let library = try ArchiveLibrary.shared()
        guard let made = unsafe library.makeReader() else { throw ArchiveError("out of memory") }
        self.library = library
        unsafe archive = made
    }

    deinit { _ = unsafe library.release(archive) }

    /// The regular files, in the order of `expected`.
    static func files(
        of bytes: [UInt8],
        _ format: Format,
        expecting expected: [CheckedEntry]
    ) throws(ArchiveError) -> [ArchiveEntry] {
        // The library calls an archive without entries unknown.
        if expected.isEmpty { return [] }
        let result: Result<[ArchiveEntry], ArchiveError> = inUTF8 {
            unsafe bytes.withUnsafeBytes { buffer in
                do throws(ArchiveError) {
                    let reader = try LibraryReader()
                    unsafe try reader.open(buffer, format)
                    return .success(try reader.files(expecting: expected))
                } catch {
                    return .failure(error)
                }
            }
        }
        return try result.get()
    }

    private func open(_ bytes: UnsafeRawBufferPointer, _ format: Format) throws(ArchiveError) {
        let status =
            switch format {
            case .zip: unsafe library.supportZip(archive)
            case .tar: unsafe library.supportTar(archive)
            }
        guard status == ArchiveLibrary.ok,
            unsafe library.open(archive, bytes.baseAddress, bytes.count) == ArchiveLibrary.ok
        else { throw ArchiveError(message) }
    }

    private func files(expecting expected: [CheckedEntry]) throws(ArchiveError) -> [ArchiveEntry] {
        var waiting = Dictionary(expected.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        var found: [RelativePath: [UInt8]] = [:]
        var header: ArchiveLibrary.Reference?
        while true {
            let status = unsafe library.nextHeader(archive, &header)
            if status == ArchiveLibrary.end { break }
            guard status == ArchiveLibrary.ok, let header = unsafe header else { throw ArchiveError(message) }
            guard let name = unsafe library.name(header) else {
                throw ArchiveError("the archive library gives no name for an entry")
            }
            let text = Self.plain(unsafe String(cString: name))
            if text.isEmpty { continue }
            guard let path = try? RelativePath(text), let entry = waiting.removeValue(forKey: path) else {
                throw ArchiveError(
                    entry: RelativePath.shown(text),
                    "the archive library sees an entry that our check does not"
                )
            }
            // The kinds of <sys/stat.h>, which libarchive uses.
            let kind = unsafe library.kind(header) & 0o170000
            let size = unsafe library.size(header)
            let isLink = unsafe library.hardLink(header) != nil
            guard kind == (entry.isFolder ? 0o040000 : 0o100000), !isLink, entry.isFolder || size == Int64(entry.size)
            else {
                throw ArchiveError(entry: path.text, "the archive library and our check differ in its kind or size")
            }
            if !entry.isFolder { found[path] = try content(of: entry) }
        }
        if let missing = waiting.keys.min() {
            throw ArchiveError(entry: missing.text, "the archive library does not see this entry")
        }
        return expected.compactMap { entry in
            found[entry.path].map {
                ArchiveEntry(path: entry.path.text, bytes: $0, isExecutable: entry.isExecutable)
            }
        }
    }

    private func content(of entry: CheckedEntry) throws(ArchiveError) -> [UInt8] {
        var failure: ArchiveError?
        // One byte more than stated shows whether there is more.
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: entry.size + 1) { buffer, count in
            while count <= entry.size {
                let read = unsafe library.read(
                    archive,
                    buffer.baseAddress.map { unsafe $0 + count },
                    entry.size + 1 - count
                )
                if read == 0 { return }
                guard read > 0 else {
                    failure = ArchiveError(entry: entry.path.text, message)
                    return
                }
                count += read
            }
        }
        if let failure { throw failure }
        guard bytes.count == entry.size else {
            throw ArchiveError(entry: entry.path.text, "its content has another size than stated")
        }
        if let crc = entry.crc, crc != checksum(bytes) {
            throw ArchiveError(entry: entry.path.text, "its checksum is wrong")
        }
        return bytes
    }

    private var message: String {
        guard let text = unsafe library.message(archive) else { return "the archive is damaged" }
        return "the archive is damaged: " + RelativePath.shown(unsafe String(cString: text))
    }

    private static func plain(_ name: String) -> String {
        var bytes = Substring(name).utf8
        if bytes.starts(with: "./".utf8) { bytes = bytes.dropFirst(2) }
        if bytes.last == UInt8(ascii: "/") { bytes = bytes.dropLast() }
        return bytes.elementsEqual(".".utf8) ? "" : String(Substring(bytes))
    }

    /// Runs in a UTF-8 locale of this thread only: libarchive warns about names that the C locale does not know.
    private static func inUTF8<Value>(_ body: () -> Value) -> Value {
        guard let locale = unsafe newlocale(LC_CTYPE_MASK, "C.UTF-8", nil) else { return body() }
        let before = unsafe uselocale(locale)
        defer {
            _ = unsafe uselocale(before)
            unsafe freelocale(locale)
        }
        return body()
    }
}
