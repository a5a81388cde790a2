import Glibc

/// What happens once a change is decided, or when it is taken back.
extension StagingFolder {
    /// Brings every file into place; a second time it does only what is left.
    func goForward(_ record: ChangeRecord) throws(FileError) {
        let staging = try root.open(folder: path)
        for (place, item) in record.items.enumerated() {
            if item.isWritten {
                // Where the staged file is gone, it stands in its place.
                guard try root.existing(new(place), in: staging) != nil else { continue }
                try move(item.path, makingFolders: true) { (folder, target) throws(SystemFault) in
                    try calls.rename(new(place), in: staging, to: target, in: folder)
                }
            } else {
                do throws(FileError) {
                    try move(item.path) { (folder, target) throws(SystemFault) in
                        try calls.renameNew(target, in: folder, to: old(place), in: staging)
                    }
                } catch .missing {
                    continue  // Without its folder the file is gone, too.
                }
            }
        }
        try sync(record)
    }

    /// Puts every file back as it was, after a step failed.
    ///
    /// - Throws: ``FileError/unfinished(_:because:)`` when that fails too; the next command tries again.
    func takeBack(_ record: ChangeRecord, because cause: FileError) throws(FileError) {
        do {
            try moveRecord(from: .forward, to: .undo)
            try goBack(record)
        } catch {
            throw .unfinished(root.shown(path), because: "\(cause); \(error)")
        }
    }

    /// Puts every file back; a second time it does only what is left.
    func goBack(_ record: ChangeRecord) throws(FileError) {
        let staging = try root.open(folder: path)
        for (place, item) in record.items.enumerated().reversed() {
            let old = old(place)
            do throws(FileError) {
                try move(item.path) { (folder, target) throws(SystemFault) in
                    if !item.isWritten {
                        try calls.renameNew(old, in: staging, to: target, in: folder)
                    } else if item.hadFile {
                        try calls.rename(old, in: staging, to: target, in: folder)
                        // Two names of one file: rename does nothing then (rename(2)), and a later repetition must not either.
                        if try names(old, in: staging) { try calls.remove(old, in: staging) }
                    } else {
                        try calls.renameNew(target, in: folder, to: new(place), in: staging)
                    }
                }
            } catch .missing {
                continue  // The folder was never made, so neither was the file.
            }
        }
        for folder in record.newFolders.reversed() { try root.removeEmptyFolder(folder) }
        try sync(record)
    }

    /// Runs a rename in a target's folder; that it has happened before is no failure.
    private func move(
        _ path: RelativePath,
        makingFolders: Bool = false,
        _ rename: (borrowing Descriptor, String) throws(SystemFault) -> Void
    ) throws(FileError) {
        let folder = try open(folderOf: path, makingFolders: makingFolders)
        do throws(SystemFault) {
            try rename(folder, path.name)
        } catch let error where error.code == ENOENT || error.code == EEXIST {
            return
        } catch {
            throw FileError(.rename, root.shown(path), error)
        }
    }

    private func open(folderOf path: RelativePath, makingFolders: Bool) throws(FileError) -> Descriptor {
        do throws(FileError) {
            return try root.open(folder: path.folder)
        } catch .missing where makingFolders {
            if let folder = path.folder {
                try root.makeFolder(folder, mode: journal.folderMode, isSynced: false)
            }
            return try root.open(folder: path.folder)
        }
    }

    private func names(_ name: String, in folder: borrowing Descriptor) throws(SystemFault) -> Bool {
        do throws(SystemFault) {
            _ = try calls.facts(name, in: folder)
            return true
        } catch let error where error.code == ENOENT {
            return false
        }
    }

    /// Brings the names of all folders that a change touched onto the device.
    private func sync(_ record: ChangeRecord) throws(FileError) {
        try sync(Set(record.items.map(\.path.folder) + record.newFolders.map(\.folder) + [path]), in: root)
    }
}
