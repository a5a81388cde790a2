/// Order, grouping and limits of paths, the same for folders and archives.
enum PluginPaths {
    /// The most files of a plugin, and the most bytes of all together; an archive may hold no more either.
    static let maxFiles = 2_000
    static let maxBytes = 100 << 20

    /// Refuses what is too much for one plugin, before any of it is read.
    static func checkLimits(count: Int, bytes: Int) throws(RegistryError) {
        guard count <= maxFiles else { throw .tooLarge("\(count) files; at most \(maxFiles) are allowed") }
        guard bytes <= maxBytes else { throw .tooLarge("\(bytes) bytes; at most \(maxBytes) are allowed") }
    }

    /// In the order of their bytes, which is the order of the tree hash.
    static func sorted(_ paths: some Sequence<String>) -> [String] {
        paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Those of sorted paths that stand beneath a folder.
    static func beneath(_ folder: String, of sorted: [String]) -> ArraySlice<String> {
        let prefix = folder + "/"
        var (low, high) = (sorted.startIndex, sorted.endIndex)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle].utf8.lexicographicallyPrecedes(prefix.utf8) { low = middle + 1 } else { high = middle }
        }
        return sorted[low...].prefix { $0.utf8.starts(with: prefix.utf8) }
    }

    /// The distinct first components below a folder, compared by their bytes.
    static func names(in folder: String, of paths: some Sequence<String>) -> [String] {
        let prefix = folder.isEmpty ? "" : folder + "/"
        var names: Set<[UInt8]> = []
        for path in paths where path.utf8.starts(with: prefix.utf8) {
            names.insert(Array(path.utf8.dropFirst(prefix.utf8.count).prefix { $0 != UInt8(ascii: "/") }))
        }
        return sorted(names.map { String(decoding: $0, as: UTF8.self) })
    }

    /// Pairs of paths that are one file on other machines: equal without regard to case and Unicode form.
    static func clashes(among paths: [String]) -> [(first: String, second: String)] {
        var seen: [String: String] = [:]
        var found: [(first: String, second: String)] = []
        for path in paths {
            // Swift compares strings by canonical equivalence, so a dictionary's keys have one Unicode form.
            if let first = seen.updateValue(path, forKey: path.lowercased()) { found.append((first, path)) }
        }
        return found
    }
}
