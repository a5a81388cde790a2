import Glibc
import PatchbayFiles

/// libarchive's reading functions (archive.h, archive_entry.h), found at run time: only a plugin's archive needs them,
/// and linking the library and the eight it needs would cost every start of the program about 2 ms.
///
/// Safe to hold because the library is never unloaded; each function must be called as its header says, which
/// ``LibraryReader`` does.
@safe struct ArchiveLibrary: Sendable {
    /// An archive or an entry.
    typealias Reference = OpaquePointer

    static let fileName = "libarchive.so.13"
    static let packageName = "libarchive13"

    /// Results of archive.h.
    static let ok: Int32 = 0
    static let end: Int32 = 1

    let makeReader: @convention(c) () -> Reference?
    let release: @convention(c) (Reference?) -> Int32
    let supportZip: @convention(c) (Reference?) -> Int32
    let supportTar: @convention(c) (Reference?) -> Int32
    let open: @convention(c) (Reference?, UnsafeRawPointer?, Int) -> Int32
    let nextHeader: @convention(c) (Reference?, UnsafeMutablePointer<Reference?>?) -> Int32
    let read: @convention(c) (Reference?, UnsafeMutableRawPointer?, Int) -> Int
    let message: @convention(c) (Reference?) -> UnsafePointer<CChar>?
    let name: @convention(c) (Reference?) -> UnsafePointer<CChar>?
    let kind: @convention(c) (Reference?) -> mode_t
    let size: @convention(c) (Reference?) -> Int64
    let hardLink: @convention(c) (Reference?) -> UnsafePointer<CChar>?

    private static let found = Result { () throws(ArchiveError) in try ArchiveLibrary() }

    /// The library, opened by the first call.
    static func shared() throws(ArchiveError) -> ArchiveLibrary { try found.get() }

    private init() throws(ArchiveError) {
        guard let library = unsafe dlopen(Self.fileName, RTLD_NOW | RTLD_LOCAL) else {
            throw ArchiveError("reading an archive needs \(Self.fileName); install the package \(Self.packageName)")
        }
        func find<Function>(_ name: String, _: Function.Type = Function.self) throws(ArchiveError) -> Function {
            guard let address = unsafe dlsym(library, name) else {
                throw ArchiveError("\(Self.fileName) has no function \(name); install a newer \(Self.packageName)")
            }
            return unsafe unsafeBitCast(address, to: Function.self)
        }
        unsafe makeReader = try find("archive_read_new")
        unsafe release = try find("archive_read_free")
        unsafe supportZip = try find("archive_read_support_format_zip_seekable")
        unsafe supportTar = try find("archive_read_support_format_tar")
        unsafe open = try find("archive_read_open_memory")
        unsafe nextHeader = try find("archive_read_next_header")
        unsafe read = try find("archive_read_data")
        unsafe message = try find("archive_error_string")
        unsafe name = try find("archive_entry_pathname_utf8")
        unsafe kind = try find("archive_entry_filetype")
        unsafe size = try find("archive_entry_size")
        unsafe hardLink = try find("archive_entry_hardlink")
    }
}
