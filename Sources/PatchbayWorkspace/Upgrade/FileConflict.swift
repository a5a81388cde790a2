package import PatchbayModel

/// Something in a file that both sides changed differently: mine stays until somebody decides.
package struct FileConflict: Sendable, Equatable {
    /// A change of the template that is held back with a conflict.
    package enum Held: Sendable, Equatable {
        /// A value in the conflict's file; without `theirs` the template takes it away.
        case value(at: JSONPointer, theirs: JSONValue?)
        /// Another file; `theirsFile` is where its new version lies, nil where the template drops it.
        case file(String, theirsFile: String?)
    }

    package let file: String
    /// The place in the file, in which an element of a list by id is named by its id; nil for the file as a whole.
    package let at: JSONPointer?
    package let base: JSONValue?
    /// What stood in the workspace; nil for the file as a whole.
    package var mine: JSONValue?
    package let theirs: JSONValue?
    /// Where the new version of the whole file lies; nil for a value, and where the template drops the file.
    package let theirsFile: String?
    package var with: [Held]

    init(
        file: String,
        at: JSONPointer?,
        base: JSONValue?,
        mine: JSONValue?,
        theirs: JSONValue?,
        theirsFile: String?,
        with: [Held]
    ) {
        (self.file, self.at, self.base, self.mine, self.theirs) = (file, at, base, mine, theirs)
        (self.theirsFile, self.with) = (theirsFile, with)
    }

    init(_ conflict: MergeConflict, in file: String) {
        self.file = file
        at = conflict.at.tokens.isEmpty ? nil : conflict.at
        (base, mine, theirs) = (conflict.base, conflict.mine, conflict.theirs)
        theirsFile = nil
        with = conflict.with.map { .value(at: $0.at, theirs: $0.theirs) }
    }

    /// One of the file as a whole.
    init(whole file: String, base: JSONValue?, theirsFile: String?) {
        self.file = file
        at = nil
        (self.base, mine, theirs) = (base, nil, nil)
        self.theirsFile = theirsFile
        with = []
    }

    /// The dialog whose file it is; nil for one of variables.
    package var dialog: DialogID? {
        let parts = file.split(separator: "/")
        return parts.count > 2 && parts[0] == "dialogs" ? DialogID(String(parts[1])) : nil
    }

    /// What a command takes to mean this conflict among those of its template: the place, or the file as a whole.
    package var path: String { at?.description ?? file }

    /// What means it among all: the file and the place.
    package var fullPath: String { at.map { "\(file)#\($0)" } ?? file }

    /// Where new versions of files lie that this conflict keeps out.
    var theirsFiles: [String] {
        [theirsFile].compactMap(\.self)
            + with.compactMap { held in if case .file(_, let place) = held { place } else { .none } }
    }

    /// The places and files that are held back with it.
    package var heldPlaces: [String] {
        with.map { held in
            switch held {
            case .value(let place, _): place.description
            case .file(let path, _): path
            }
        }
    }

    /// The place as an ordinary JSON Pointer into the file; nil where nothing is there.
    package func pointer(in bytes: [UInt8]) -> JSONPointer? {
        guard let at, let kind = WorkspaceLayout.kind(of: file), let value = try? JSONReader().read(bytes) else {
            return nil
        }
        return ShapeWalk.pointer(to: at, in: value, kind.shape)
    }

    /// A file as a value to be shown: JSON as it is, else its text; nil for a very long one.
    package static func value(of bytes: [UInt8], file: String) -> JSONValue? {
        guard bytes.count <= 1 << 16 else { return nil }
        if WorkspaceLayout.kind(of: file) != nil, let value = try? JSONReader().read(bytes) { return value }
        return .string(String(decoding: bytes, as: UTF8.self))
    }

    // MARK: - In the file of conflicts

    init(_ value: JSONValue) {
        file = value["file"]?.string ?? ""
        let place = value["at"]?.string.flatMap { JSONPointer($0) }
        at = place?.tokens.isEmpty == false ? place : nil
        (base, mine, theirs) = (value["base"], value["mine"], value["theirs"])
        theirsFile = value["theirsFile"]?.string
        with = (value["with"]?.array ?? []).map { held in
            if let place = held["at"]?.string {
                .value(at: JSONPointer(place) ?? .root, theirs: held["theirs"])
            } else {
                .file(held["file"]?.string ?? "", theirsFile: held["theirsFile"]?.string)
            }
        }
    }

    /// As the file of conflicts holds it.
    package var json: JSONValue {
        var object: JSONObject = ["file": .string(file)]
        if let theirsFile {
            object["theirsFile"] = .string(theirsFile)
        } else {
            object["at"] = .string(at?.description ?? "")
            object["kept"] = "mine"
        }
        object["base"] = base
        object["mine"] = mine
        object["theirs"] = theirs
        if !with.isEmpty { object["with"] = .array(with.map(\.json)) }
        return .object(object)
    }
}

extension FileConflict.Held {
    var json: JSONValue {
        switch self {
        case .value(let place, let theirs):
            var object: JSONObject = ["at": .string(place.description)]
            object["theirs"] = theirs
            return .object(object)
        case .file(let file, let theirsFile):
            var object: JSONObject = ["file": .string(file)]
            object["theirsFile"] = theirsFile.map(JSONValue.string)
            return .object(object)
        }
    }
}
