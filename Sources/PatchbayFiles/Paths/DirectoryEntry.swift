/// What stands at a path, without following a link.
package enum EntryKind: Sendable, Equatable {
    case file, folder, link
    /// A device, FIFO or socket.
    case other
    /// Anything whose name no ``RelativePath`` can hold.
    case badName

    var words: String {
        switch self {
        case .file: "a regular file"
        case .folder: "a folder"
        case .link: "a symbolic link"
        case .other: "a device, FIFO or socket"
        case .badName: "something with a name that is not allowed"
        }
    }
}

/// One name in a folder.
package struct DirectoryEntry: Sendable, Equatable {
    /// The name; escaped for display when the kind is ``EntryKind/badName``.
    package let name: String
    package let kind: EntryKind
    /// A file's size in bytes; 0 for others.
    package let size: Int
}

/// The files beneath a folder.
package struct FileTree: Sendable, Equatable {
    /// A regular file.
    package struct File: Sendable, Equatable {
        package let path: RelativePath
        /// The size in bytes.
        package let size: Int
    }

    /// Something that is passed over.
    package struct Refused: Sendable, Equatable {
        /// The path, escaped for display.
        package let path: String
        package let reason: String
    }

    /// All regular files, sorted by the bytes of their paths.
    package let files: [File]
    /// Links, devices and names that are not allowed, sorted likewise.
    package let refused: [Refused]
}
