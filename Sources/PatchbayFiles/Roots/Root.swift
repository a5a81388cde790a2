import Glibc

/// A folder beneath which files are read and written, never outside: no symbolic link on the way is followed.
///
/// The folder is held open, so that renaming it or putting a link in its place changes nothing.
package struct Root: Sendable {
    /// The folder as the user gave it, for messages.
    package let path: String
    let calls: SystemCalls
    private let handle: Handle

    private final class Handle: Sendable {
        let descriptor: Descriptor

        init(_ descriptor: consuming Descriptor) {
            self.descriptor = descriptor
        }
    }

    /// Opens a folder; links in `path` itself are followed, for the user named it.
    ///
    /// - Throws: ``FileError/missing(_:)``, ``FileError/notAFolder(_:)``, ``FileError/system(_:path:code:)``.
    package init(opening path: String) throws(FileError) {
        try self.init(opening: path, calls: SystemCalls())
    }

    init(opening path: String, calls: SystemCalls) throws(FileError) {
        let shown = RelativePath.shown(path)
        if path.utf8.contains(0) { throw .badName(shown, reason: "the name has a control character") }
        do {
            handle = Handle(try calls.openRoot(path))
        } catch {
            throw FileError(.open, shown, error)
        }
        self.path = path
        self.calls = calls
    }

    /// Opens a folder, and makes it first where it is missing, with the folders around it.
    ///
    /// The folders that are made get exactly the permissions `mode`, whatever the umask is.
    ///
    /// - Throws: As ``init(opening:)``.
    package init(creating path: String, mode: UInt32) throws(FileError) {
        var missing: [String] = []
        var base = path
        while true {
            do throws(FileError) {
                var root = try Root(opening: base.isEmpty ? "." : base)
                for name in missing.reversed() {
                    try root.makeFolder(RelativePath(name), mode: mode)
                    root = try root.folder(RelativePath(name))
                }
                self.init(path: path, handle: root.handle, calls: root.calls)
                return
            } catch .missing where base != "/" && !base.isEmpty {
                while base.utf8.count > 1, base.utf8.last == UInt8(ascii: "/") {
                    base = String(base.utf8.dropLast()) ?? base
                }
                let cut = base.utf8.lastIndex(of: UInt8(ascii: "/"))
                missing.append(cut.map { String(base[base.utf8.index(after: $0)...]) } ?? base)
                base = cut.map { $0 == base.startIndex ? "/" : String(base[..<$0]) } ?? ""
            }
        }
    }

    private init(path: String, handle: Handle, calls: SystemCalls) {
        self.path = path
        self.handle = handle
        self.calls = calls
    }

    /// A folder beneath this one as a root of its own.
    package func folder(_ folder: RelativePath) throws(FileError) -> Root {
        Root(path: place(folder), handle: Handle(try open(folder: folder)), calls: calls)
    }

    /// Whether ``syncWhole()`` is possible here.
    var canSyncWhole: Bool { calls.canSyncWhole(handle.descriptor) }

    /// Brings everything on the root's file system onto the device.
    func syncWhole() throws(FileError) {
        do {
            try calls.syncWhole(handle.descriptor)
        } catch {
            throw FileError(.save, shown(nil), error)
        }
    }

    /// Opens what stands at a path beneath the root.
    func openHere(_ path: RelativePath, flags: Int32, mode: UInt32 = 0) throws(SystemFault) -> Descriptor {
        try calls.open(path.text, in: handle.descriptor, flags: flags, mode: mode)
    }

    /// What is known about a path, links on the way followed.
    func factsHere(_ path: RelativePath) throws(SystemFault) -> FileFacts {
        try calls.facts(path.text, in: handle.descriptor)
    }

    /// A path as the user would write it, unescaped.
    package func place(_ path: RelativePath?) -> String {
        guard let path else { return self.path }
        if self.path == "." { return path.text }
        return self.path.utf8.last == UInt8(ascii: "/") ? self.path + path.text : self.path + "/" + path.text
    }

    /// A path as messages show it.
    package func shown(_ path: RelativePath?) -> String { RelativePath.shown(place(path)) }

    /// Opens a folder beneath the root; nil is the root itself.
    func open(folder: RelativePath?) throws(FileError) -> Descriptor {
        do {
            return try calls.open(
                folder?.text ?? ".",
                in: handle.descriptor,
                flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK
            )
        } catch {
            throw FileError(.open, shown(folder), error)
        }
    }

    /// The kind, size and mode of what stands at a path; nil when there is nothing.
    ///
    /// - Throws: ``FileError/link(_:)`` when a folder on the way is a link.
    func facts(_ path: RelativePath) throws(FileError) -> FileFacts? {
        do throws(FileError) {
            let folder = try open(folder: path.folder)
            do {
                return try calls.facts(path.name, in: folder)
            } catch {
                throw FileError(.inspect, shown(path), error)
            }
        } catch .missing {
            return nil
        }
    }

    /// What stands at a path, a link itself included; nil when there is nothing.
    package func kind(_ path: RelativePath) throws(FileError) -> EntryKind? { try facts(path)?.kind }

    /// Whether a regular file stands at a path.
    package func hasFile(_ path: RelativePath) throws(FileError) -> Bool { try kind(path) == .file }

    /// Whether a folder stands at a path.
    package func hasFolder(_ path: RelativePath) throws(FileError) -> Bool { try kind(path) == .folder }
}

extension FileError {
    /// An `errno` as a case, where there is one for it.
    init(_ action: Action, _ path: String, _ fault: SystemFault) {
        self =
            switch fault.code {
            // Creating in a folder that is held open fails so where the folder is gone, or takes nothing new.
            case ENOENT where action != .create: .missing(path)
            case EEXIST: .exists(path)
            case ELOOP: .link(path)
            case ENOTDIR: .notAFolder(path)
            default: .system(action, path: path, code: fault.code)
            }
    }
}
