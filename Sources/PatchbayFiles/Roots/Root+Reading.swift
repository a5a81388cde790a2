import Glibc

extension Root {
    /// The bytes of a regular file.
    ///
    /// A FIFO or device is refused at once; the size is compared before anything is read.
    ///
    /// - Throws: ``FileError/missing(_:)``, ``FileError/link(_:)``, ``FileError/notAFile(_:kind:)``,
    ///   ``FileError/tooLarge(_:limit:)``, ``FileError/system(_:path:code:)``.
    package func read(_ path: RelativePath, maxBytes: Int) throws(FileError) -> [UInt8] {
        let shown = shown(path)
        let result: Result<[UInt8], FileError>
        do {
            let file = try openHere(path, flags: O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW)
            result = try contents(of: file, shown: shown, maxBytes: maxBytes)
        } catch {
            throw FileError(.read, shown, error)
        }
        return try result.get()
    }

    /// The bytes of a regular file, or nil when there is nothing at the path.
    package func readIfPresent(_ path: RelativePath, maxBytes: Int) throws(FileError) -> [UInt8]? {
        do {
            return try read(path, maxBytes: maxBytes)
        } catch .missing {
            return nil
        }
    }

    private func contents(
        of file: borrowing Descriptor,
        shown: String,
        maxBytes: Int
    ) throws(SystemFault) -> Result<[UInt8], FileError> {
        let facts = try calls.facts("", in: file)
        guard facts.kind == .file else { return .failure(.notAFile(shown, kind: facts.kind)) }
        guard facts.size <= maxBytes else { return .failure(.tooLarge(shown, limit: maxBytes)) }
        let bytes = try calls.read(file, most: maxBytes + 1, expecting: facts.size)
        return bytes.count <= maxBytes ? .success(bytes) : .failure(.tooLarge(shown, limit: maxBytes))
    }

    /// The names in a folder, sorted by their bytes; nil is the root itself.
    ///
    /// Unfinished writes are left out.
    ///
    /// - Throws: ``FileError/tooMany(_:limit:)`` and as ``read(_:maxBytes:)``.
    package func list(_ folder: RelativePath? = nil, limit: Int = 20_000) throws(FileError) -> [DirectoryEntry] {
        try list(folder, limit: limit, withSizes: true)
    }

    private func list(
        _ folder: RelativePath?,
        limit: Int,
        withSizes: Bool
    ) throws(FileError) -> [DirectoryEntry] {
        let descriptor = try open(folder: folder)
        var names: [SystemCalls.Name]
        do {
            names = try calls.names(in: descriptor, most: limit)
        } catch {
            throw error.code == EOVERFLOW
                ? .tooMany(shown(folder), limit: limit) : FileError(.list, shown(folder), error)
        }
        names.sort { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        var entries: [DirectoryEntry] = []
        entries.reserveCapacity(names.count)
        for found in names {
            let bytes = found.bytes
            let name: RelativePath
            do {
                name = try RelativePath(bytes: bytes)
            } catch {
                let text = RelativePath.shown(String(decoding: bytes, as: UTF8.self))
                entries.append(DirectoryEntry(name: text, kind: .badName, size: 0))
                continue
            }
            if name.text.utf8.starts(with: Self.temporaryPrefix.utf8) { continue }
            if let kind = found.kind, kind != .file || !withSizes {
                entries.append(DirectoryEntry(name: name.text, kind: kind, size: 0))
                continue
            }
            do {
                let facts = try calls.facts(name.text, in: descriptor)
                entries.append(
                    DirectoryEntry(name: name.text, kind: facts.kind, size: facts.kind == .file ? facts.size : 0)
                )
            } catch let error where error.code == ENOENT {
                continue  // Removed since the folder was read.
            } catch {
                throw FileError(.inspect, shown(folder), error)
            }
        }
        return entries
    }

    /// All regular files beneath a folder, at any depth; nil is the root itself.
    ///
    /// Links are neither followed nor read; they, devices and names that are not allowed stand in
    /// ``FileTree/refused``.
    ///
    /// `limit` counts files and folders; where `isSkipped` says so, a file or folder is passed over in silence with all
    /// that it holds. Without `withSizes`, all sizes are 0.
    ///
    /// - Throws: ``FileError/tooMany(_:limit:)`` and as ``list(_:limit:)``.
    package func files(
        beneath folder: RelativePath? = nil,
        limit: Int = 50_000,
        withSizes: Bool = true,
        skipping isSkipped: (RelativePath) -> Bool = { _ in false }
    ) throws(FileError) -> FileTree {
        var files: [FileTree.File] = []
        var refused: [FileTree.Refused] = []
        var waiting: [RelativePath?] = [folder]
        var count = 0
        while let next = waiting.popLast() {
            for entry in try list(next, limit: limit, withSizes: withSizes) {
                count += 1
                if count > limit { throw .tooMany(shown(folder), limit: limit) }
                let text = next.map { $0.text + "/" + entry.name } ?? entry.name
                if entry.kind == .badName {
                    refused.append(.init(path: RelativePath.shown(text), reason: entry.kind.words))
                    continue
                }
                let path: RelativePath
                do {
                    path = try RelativePath(text)
                } catch {
                    refused.append(.init(path: RelativePath.shown(text), reason: RelativePath.fault(in: text) ?? ""))
                    continue
                }
                if isSkipped(path) { continue }
                switch entry.kind {
                case .file: files.append(.init(path: path, size: entry.size))
                case .folder: waiting.append(path)
                case .link, .other, .badName:
                    refused.append(.init(path: RelativePath.shown(text), reason: entry.kind.words))
                }
            }
        }
        return FileTree(
            files: files.sorted { $0.path < $1.path },
            refused: refused.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        )
    }
}
