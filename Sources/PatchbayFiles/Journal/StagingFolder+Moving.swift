import Glibc

/// What happens once a change is decided, or when it is taken back.
extension StagingFolder {
    /// Brings every file into place; a second time it does only what is left.
    func goForward(_ record: ChangeRecord) throws(FileError) {
        let new = try root.open(folder: self.new)
        let old = try root.open(folder: self.old)
        for (place, item) in record.items.enumerated() {
            let name = "\(place)"
            if item.isWritten {
                // Where the staged file is gone, it stands in its place.
                guard try root.existing(name, in: new) != nil else { continue }
                if let around = item.path.folder { try root.makeFolder(around, mode: journal.folderMode) }
                try move(item.path) { (folder, target) throws(SystemFault) in
                    try calls.rename(name, in: new, to: target, in: folder)
                }
            } else {
                try move(item.path) { (folder, target) throws(SystemFault) in
                    try calls.renameNew(target, in: folder, to: name, in: old)
                }
            }
        }
        try sync(record, new: new, old: old)
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
        let new = try root.open(folder: self.new)
        let old = try root.open(folder: self.old)
        for (place, item) in record.items.enumerated().reversed() {
            let name = "\(place)"
            do throws(FileError) {
                try move(item.path) { (folder, target) throws(SystemFault) in
                    if !item.isWritten {
                        try calls.renameNew(name, in: old, to: target, in: folder)
                    } else if item.hadFile {
                        try calls.rename(name, in: old, to: target, in: folder)
                        // Two names of one file: rename does nothing then (rename(2)), and a later repetition must not either.
                        if try names(name, in: old) { try calls.remove(name, in: old) }
                    } else {
                        try calls.renameNew(target, in: folder, to: name, in: new)
                    }
                }
            } catch .missing {
                continue  // The folder was never made, so neither was the file.
            }
        }
        for folder in record.newFolders.reversed() { try root.removeEmptyFolder(folder) }
        try sync(record, new: new, old: old)
    }

    /// Runs a rename in a target's folder; that it has happened before is no failure.
    private func move(
        _ path: RelativePath,
        _ rename: (borrowing Descriptor, String) throws(SystemFault) -> Void
    ) throws(FileError) {
        let folder = try root.open(folder: path.folder)
        do throws(SystemFault) {
            try rename(folder, path.name)
        } catch let error where error.code == ENOENT || error.code == EEXIST {
            return
        } catch {
            throw FileError(.rename, root.shown(path), error)
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
    private func sync(_ record: ChangeRecord, new: borrowing Descriptor, old: borrowing Descriptor) throws(FileError) {
        try root.syncFolders(of: record.items.map(\.path))
        do throws(SystemFault) {
            try calls.sync(new, name: self.new.text)
            try calls.sync(old, name: self.old.text)
        } catch {
            throw FileError(.save, root.shown(path), error)
        }
    }
}
