import Glibc
import PatchbayModel

extension Root {
    /// How the names of unfinished writes begin; ``list(_:limit:)`` leaves them out.
    static let temporaryPrefix = ".patchbay-write-"

    /// Puts a file at a path, whole or not at all, also when the power fails.
    ///
    /// It gets exactly the permissions `mode`; without them those of the file that is replaced, else 0644. It never has
    /// wider ones on the way.
    ///
    /// - Throws: ``FileError/missing(_:)`` when the folder isn't there, ``FileError/link(_:)`` or
    ///   ``FileError/notAFile(_:kind:)`` when something else stands there, ``FileError/system(_:path:code:)``.
    package func write(_ bytes: [UInt8], to path: RelativePath, mode: UInt32? = nil) throws(FileError) {
        let shown = shown(path)
        let folder = try open(folder: path.folder)
        let old = try existing(path.name, in: folder)
        try old?.requireFile(shown)
        let mode = mode ?? old.map { $0.mode & 0o777 } ?? 0o644
        removeLeftovers(in: folder)
        let temporary = try createTemporary(in: folder, mode: mode, shown: shown)
        do throws(SystemFault) {
            try calls.write(bytes, to: temporary.file)
            try calls.sync(temporary.file, name: temporary.name)
            try calls.rename(temporary.name, in: folder, to: path.name, in: folder)
        } catch {
            // The old file stands; what is left of the new one is only in the way.
            try? calls.remove(temporary.name, in: folder)
            throw FileError(.write, shown, error)
        }
        do throws(SystemFault) {
            try calls.finish(temporary.consumeFile())
            try calls.sync(folder, name: path.folder?.text ?? ".")
        } catch {
            throw FileError(.save, shown, error)
        }
    }

    /// Removes a regular file; nothing happens when there is none.
    ///
    /// - Throws: ``FileError/link(_:)``, ``FileError/notAFile(_:kind:)``, ``FileError/system(_:path:code:)``.
    package func remove(_ path: RelativePath) throws(FileError) {
        let shown = shown(path)
        do throws(FileError) {
            let folder = try open(folder: path.folder)
            guard let facts = try existing(path.name, in: folder) else { return }
            try facts.requireFile(shown)
            do throws(SystemFault) {
                try calls.remove(path.name, in: folder)
                try calls.sync(folder, name: path.folder?.text ?? ".")
            } catch {
                throw FileError(.remove, shown, error)
            }
        } catch .missing {
            return
        }
    }

    /// Makes a folder and those around it; what is there already stays as it is.
    ///
    /// The folders that are made get exactly the permissions `mode`, whatever the umask is. Without `isSynced` their names
    /// are not on the device yet.
    ///
    /// - Returns: The folders that were made, the outermost first.
    /// - Throws: ``FileError/link(_:)``, ``FileError/notAFolder(_:)``, ``FileError/system(_:path:code:)``.
    @discardableResult
    package func makeFolder(
        _ path: RelativePath,
        mode: UInt32 = 0o755,
        isSynced: Bool = true
    ) throws(FileError) -> [RelativePath] {
        var made: [RelativePath] = []
        do throws(FileError) {
            _ = try open(folder: path)
            return []
        } catch .missing {}
        do throws(FileError) {
            for folder in try missingFolders(path)
            where try makeOneFolder(folder, mode: mode, isSynced: isSynced) { made.append(folder) }
        } catch {
            for folder in made.reversed() { try? removeEmptyFolder(folder) }
            throw error
        }
        return made
    }

    /// A folder that isn't there, and those around it that aren't, the outermost first.
    private func missingFolders(_ path: RelativePath) throws(FileError) -> [RelativePath] {
        var missing = [path]
        while let around = missing.last?.folder {
            do throws(FileError) {
                _ = try open(folder: around)
                break
            } catch .missing {
                missing.append(around)
            }
        }
        return missing.reversed()
    }

    /// Makes one folder; false when it is there.
    private func makeOneFolder(_ path: RelativePath, mode: UInt32, isSynced: Bool) throws(FileError) -> Bool {
        let around = try open(folder: path.folder)
        do {
            try calls.makeFolder(path.name, in: around, mode: mode)
        } catch let error where error.code == EEXIST {
            _ = try open(folder: path)
            return false
        } catch {
            throw FileError(.create, shown(path), error)
        }
        do throws(SystemFault) {
            // The umask may have taken bits away; mkdir never gives more than asked for.
            if try calls.facts(path.name, in: around).mode & 0o777 != mode {
                let folder = try calls.open(path.name, in: around, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
                try calls.setMode(mode, of: folder)
            }
            if isSynced { try calls.sync(around, name: path.folder?.text ?? ".") }
            return true
        } catch {
            try? calls.remove(path.name, in: around, isFolder: true)
            throw FileError(.create, shown(path), error)
        }
    }

    /// What stands at a name in an open folder; nil when there is nothing.
    func existing(_ name: String, in folder: borrowing Descriptor) throws(FileError) -> FileFacts? {
        do {
            return try calls.facts(name, in: folder)
        } catch let error where error.code == ENOENT {
            return nil
        } catch {
            throw FileError(.inspect, RelativePath.shown(name), error)
        }
    }

    /// Creates a file that must not be there yet, with exactly these permissions, and nothing in it.
    func create(_ name: String, in folder: borrowing Descriptor, mode: UInt32) throws(SystemFault) -> Descriptor {
        let file = try calls.open(name, in: folder, flags: O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: mode)
        do throws(SystemFault) {
            // The umask may have taken bits away; open never gives more than asked for.
            if try calls.facts("", in: file).mode & 0o777 != mode { try calls.setMode(mode, of: file) }
        } catch {
            try? calls.remove(name, in: folder)
            throw error
        }
        return file
    }

    /// A temporary file, locked as long as its writer lives.
    private struct Temporary: ~Copyable {
        let name: String
        var file: Descriptor

        consuming func consumeFile() -> Descriptor { file }
    }

    private func createTemporary(
        in folder: borrowing Descriptor,
        mode: UInt32,
        shown: String
    ) throws(FileError) -> Temporary {
        let random = SystemRandomSource()
        do throws(SystemFault) {
            for _ in 0..<32 {
                let name = Self.temporaryPrefix + String(random.next(), radix: 16)
                let file: Descriptor
                do throws(SystemFault) {
                    file = try create(name, in: folder, mode: mode)
                } catch let error where error.code == EEXIST {
                    continue
                }
                do throws(SystemFault) {
                    // Somebody who tidies up may have been faster between creation and lock: then under another name.
                    if try calls.lock(file, exclusive: true), try existingName(name, in: folder) {
                        return Temporary(name: name, file: file)
                    }
                } catch {
                    try? calls.remove(name, in: folder)
                    throw error
                }
            }
            throw SystemFault(code: EEXIST)
        } catch {
            throw FileError(.create, shown, error)
        }
    }

    private func existingName(_ name: String, in folder: borrowing Descriptor) throws(SystemFault) -> Bool {
        do throws(SystemFault) {
            _ = try calls.facts(name, in: folder)
            return true
        } catch let error where error.code == ENOENT {
            return false
        }
    }

    /// Removes what writers that were killed left in a folder: temporary files that nobody holds locked.
    private func removeLeftovers(in folder: borrowing Descriptor) {
        // Tidying is no reason for a write to fail, so every failure here is passed over.
        guard let names = try? calls.names(in: folder, most: 10_000) else { return }
        for found in names where found.bytes.starts(with: Self.temporaryPrefix.utf8) {
            let name = String(decoding: found.bytes, as: UTF8.self)
            guard let file = try? calls.open(name, in: folder, flags: O_RDONLY | O_NONBLOCK | O_NOFOLLOW),
                (try? calls.lock(file, exclusive: true)) == true
            else { continue }
            try? calls.remove(name, in: folder)
        }
    }
}

extension FileFacts {
    /// Refuses what is no regular file.
    func requireFile(_ shown: String) throws(FileError) {
        switch kind {
        case .file: return
        case .link: throw .link(shown)
        default: throw .notAFile(shown, kind: kind)
        }
    }
}
