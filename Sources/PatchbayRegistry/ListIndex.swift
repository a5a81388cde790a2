package import PatchbayFiles
import PatchbayModel

/// Remembers what many small files say, so that listing them reads one file.
///
/// A row is kept with its file's size and time of change; a file of which either differs is read anew. A damaged index is
/// no error: it is only a memory. What was not asked for is forgotten.
package struct ListIndex {
    private static let maxBytes = 64 << 20

    private let home: Root
    private let path: RelativePath?
    private let known: [String: [String: JSONObject]]
    private var rows: [String: [(name: String, row: JSONObject)]] = [:]
    private var isChanged = false

    /// Opens an index in the home's folder `index/`.
    ///
    /// - Parameters:
    ///   - home: The home.
    ///   - name: Its file's name, without ending.
    package init(home: Root, name: String) {
        self.home = home
        path = try? RelativePath("index/\(name).json")  // without a place nothing is remembered
        known = Self.load(path, in: home)
    }

    /// What a file says, from its row where that still holds.
    ///
    /// - Parameters:
    ///   - name: The row's name among those of the folder.
    ///   - file: The file.
    ///   - folder: Its folder.
    ///   - make: Makes the value from a row; nil for a row that is none.
    ///   - read: Reads the file and gives a row; nil for one that shall be read again the next time.
    /// - Returns: Nil where there is no such file.
    mutating func value<Value>(
        _ name: String,
        of file: RelativePath,
        in folder: Root,
        from make: (JSONObject) -> Value?,
        reading read: () throws -> (value: Value, row: JSONObject?)
    ) rethrows -> Value? {
        guard let stamp = folder.stamp(file) else { return nil }
        if let row = known[folder.path]?[name], row["key"]?.string == stamp, let value = make(row) {
            rows[folder.path, default: []].append((name, row))
            return value
        }
        let (value, row) = try read()
        if var row {
            row["key"] = .string(stamp)
            rows[folder.path, default: []].append((name, row))
            isChanged = true
        }
        return value
    }

    /// Writes the index where it has changed.
    func save() {
        let isSame = !isChanged && rows.mapValues(\.count) == known.mapValues(\.count)
        guard !isSame, let path else { return }
        let places = rows.sorted { $0.key < $1.key }.map { place, rows -> (String, JSONValue) in
            (place, .object(JSONObject(rows.map { ($0.name, .object($0.row)) })))
        }
        // A memory that can't be written is done without: the list itself is right.
        _ = try? home.makeFolder("index", mode: 0o700)
        let bytes = JSONWriter().bytes(["v": 1, "catalogues": .object(JSONObject(places))])
        try? home.write(bytes, to: path, mode: 0o600)
    }

    private static func load(_ path: RelativePath?, in home: Root) -> [String: [String: JSONObject]] {
        guard let path, let bytes = try? home.read(path, maxBytes: maxBytes),
            let file = try? JSONReader(maxBytes: maxBytes).read(bytes), file["v"]?.int == 1,
            let places = file["catalogues"]?.object
        else { return [:] }
        var known: [String: [String: JSONObject]] = [:]
        for place in places.members {
            let members = place.value.object?.members ?? []
            var rows: [String: JSONObject] = [:]
            rows.reserveCapacity(members.count)
            for member in members { rows[member.key] = member.value.object }
            known[place.key] = rows
        }
        return known
    }
}
