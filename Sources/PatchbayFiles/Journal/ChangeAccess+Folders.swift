import Glibc

extension ChangeAccess {
    /// Puts a new folder of files in place, whole or not at all.
    ///
    /// The files are written beside it and one rename brings them in. Folders get mode 0700, files 0644.
    ///
    /// The folder must not be there; those around it are made as needed.
    ///
    /// - Throws: ``FileError/exists(_:)``, ``FileError/badName(_:reason:)``, ``FileError/clash(_:reason:)``,
    ///   ``FileError/system(_:path:code:)``; nothing was changed then.
    package func installFolder(_ entries: [ArchiveEntry], at path: RelativePath) throws(FileError) {
        try recover()
        let changes = try entries.map { entry throws(FileError) in
            FileChange.write(try path.appending(entry.path), entry.bytes)
        }
        _ = try ChangePlan(changes, journal: journal)
        if try root.kind(path) != nil { throw .exists(root.shown(path)) }
        let staging = try StagingFolder(making: newName(), in: journal, files: changes.count)
        var made: [RelativePath] = []
        do throws(FileError) {
            let tree = try staging.path.appending("tree")
            try root.makeFolder(tree, mode: 0o700, isSynced: false)
            let inside = try root.folder(tree)
            for change in changes {
                guard case .write(let target, let bytes, _) = change, let target = target.inside(path) else { continue }
                if let folder = target.folder { try inside.makeFolder(folder, mode: 0o700, isSynced: false) }
                try staging.put(bytes, mode: 0o644, at: target, in: inside)
            }
            let targets = changes.compactMap { $0.path.inside(path) }
            try staging.sync(Set(targets.flatMap(\.folders) + [nil]), in: inside)
            if let around = path.folder { made = try root.makeFolder(around, mode: journal.folderMode) }
            try move(tree, to: path)
        } catch {
            for folder in made.reversed() { try? root.removeEmptyFolder(folder) }
            staging.clearQuietly()
            throw error
        }
        staging.clearQuietly()
    }

    /// Removes a folder with all that it holds, whole or not at all; nothing happens when there is none.
    ///
    /// - Throws: ``FileError/notAFolder(_:)``, ``FileError/link(_:)``, ``FileError/system(_:path:code:)``.
    package func removeFolder(_ path: RelativePath) throws(FileError) {
        try recover()
        switch try root.kind(path) {
        case nil: return
        case .folder?: break
        case .link?: throw .link(root.shown(path))
        default: throw .notAFolder(root.shown(path))
        }
        let staging = try StagingFolder(making: newName(), in: journal)
        do throws(FileError) {
            try move(path, to: try staging.path.appending("trash"))
        } catch {
            staging.clearQuietly()
            throw error
        }
        staging.clearQuietly()
    }

    /// Renames a folder to a place where nothing stands, for good.
    private func move(_ path: RelativePath, to target: RelativePath) throws(FileError) {
        let from = try root.open(folder: path.folder)
        let into = try root.open(folder: target.folder)
        do throws(SystemFault) {
            try root.calls.renameNew(path.name, in: from, to: target.name, in: into)
        } catch {
            throw FileError(.rename, root.shown(target), error)
        }
        do throws(SystemFault) {
            try root.calls.sync(into, name: target.folder?.text ?? ".")
            try root.calls.sync(from, name: path.folder?.text ?? ".")
        } catch {
            // Not certain to be on the device: back to where it was, so that the message tells the truth.
            try? root.calls.renameNew(target.name, in: into, to: path.name, in: from)
            throw FileError(.save, root.shown(target), error)
        }
    }
}
