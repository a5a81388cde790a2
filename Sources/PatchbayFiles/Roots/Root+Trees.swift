import Glibc

extension Root {
    /// Removes whatever stands at a path with all that it holds; links are removed, not followed.
    func removeTree(_ path: RelativePath) throws(FileError) {
        do throws(FileError) {
            let around = try open(folder: path.folder)
            do {
                try removeTree(path.name, in: around, depth: 0)
            } catch {
                throw FileError(.remove, shown(path), error)
            }
        } catch .missing {
            return
        }
    }

    private func removeTree(_ name: String, in around: borrowing Descriptor, depth: Int) throws(SystemFault) {
        let facts: FileFacts
        do throws(SystemFault) {
            facts = try calls.facts(name, in: around)
        } catch let error where error.code == ENOENT {
            return
        }
        guard facts.kind == .folder else { return try calls.remove(name, in: around) }
        guard depth < 200 else { throw SystemFault(code: ENAMETOOLONG) }
        do {
            let folder = try calls.open(name, in: around, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
            for found in try calls.names(in: folder, most: .max) {
                try removeTree(String(decoding: found.bytes, as: UTF8.self), in: folder, depth: depth + 1)
            }
        }
        try calls.remove(name, in: around, isFolder: true)
    }

    /// Removes a folder that holds nothing; one that holds something stays.
    func removeEmptyFolder(_ path: RelativePath) throws(FileError) {
        do throws(FileError) {
            let around = try open(folder: path.folder)
            do throws(SystemFault) {
                try calls.remove(path.name, in: around, isFolder: true)
                try calls.sync(around, name: path.folder?.text ?? ".")
            } catch let error where [ENOTEMPTY, EEXIST, ENOENT].contains(error.code) {
                return
            } catch {
                throw FileError(.remove, shown(path), error)
            }
        } catch .missing {
            return
        }
    }

    /// Brings the names in folders onto the device; a folder that isn't there has none.
    func sync(_ folders: Set<RelativePath?>) throws(FileError) {
        for folder in folders {
            do throws(FileError) {
                let descriptor = try open(folder: folder)
                do throws(SystemFault) {
                    try calls.sync(descriptor, name: folder?.text ?? ".")
                } catch {
                    throw FileError(.save, shown(folder), error)
                }
            } catch .missing {
                continue
            }
        }
    }
}
