import Foundation
import Glibc
import Patchbay
import PatchbayModel
import PatchbayTerminal
import PatchbayWorkspace

/// Lets a person write what shall stand where both sides changed something.
struct ConflictEditor {
    private let row: ConflictRow
    private let command: String?

    init(_ row: ConflictRow, environment: [String: String]) {
        self.row = row
        command = ["VISUAL", "EDITOR"].compactMap { environment[$0] }.first { !$0.isEmpty }
    }

    /// Opens the editor and reads what was written.
    ///
    /// A value is shown as `{base, mine, theirs, result}`, of which only `result` counts; a whole file as it is, with the other
    /// sides' beside it.
    ///
    /// - Throws: ``CommandFailure`` without an editor, when it fails, and when what was written cannot be used.
    func decision() throws -> ConflictResolution.Decision {
        guard let command else {
            throw CommandFailure(
                usage:
                    "no editor is named; set EDITOR, such as with 'export EDITOR=nano', or edit the file and say --mine"
            )
        }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("patchbay-" + UUID().uuidString)
        try FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        defer { try? FileManager.default.removeItem(at: folder) }  // a left temporary folder harms nobody
        let isText = row.conflict.at == nil && !row.conflict.file.hasSuffix(".json")
        let name = (row.conflict.file as NSString).lastPathComponent
        let file = folder.appendingPathComponent(isText ? name : "conflict.json")
        let before = isText ? text(row.mine) : JSONWriter(.indented).text(shown)
        try Data(before.utf8).write(to: file)
        if isText {
            try Data(text(row.conflict.base).utf8).write(to: folder.appendingPathComponent("base-" + name))
            try Data(text(row.theirs).utf8).write(to: folder.appendingPathComponent("theirs-" + name))
        }
        try open(file.path, with: command)
        let bytes = Array(try Data(contentsOf: file))
        guard !isText else { return .text(bytes) }
        let value: JSONValue
        do {
            value = try JSONReader().read(bytes)
        } catch {
            throw CommandFailure("what was written is no JSON: \(error); the conflict stays open", code: "invalid")
        }
        guard let result = value["result"] else {
            throw CommandFailure("what was written has no 'result'; the conflict stays open", code: "cancelled")
        }
        return .value(result)
    }

    private var shown: JSONValue {
        var object: JSONObject = ["place": .string(row.conflict.fullPath)]
        object["base"] = row.conflict.base
        object["mine"] = row.mine
        object["theirs"] = row.theirs
        object["result"] = row.mine ?? row.theirs ?? .null
        return .object(object)
    }

    private func text(_ value: JSONValue?) -> String { value?.string ?? "" }

    /// Runs the editor as git does: the words of the variable, then the file.
    private func open(_ path: String, with command: String) throws {
        let words = ["sh", "-c", command + " \"$@\"", command, path]
        var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { for index in unsafe arguments.indices { unsafe free(arguments[index]) } }
        var process: pid_t = 0
        let fault = unsafe posix_spawn(&process, "/bin/sh", nil, nil, &arguments, environ)
        guard fault == 0 else { throw CommandFailure("the editor '\(command)' can't be started") }
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0, errno == EINTR { continue }
        guard status == 0 else {
            throw CommandFailure("the editor '\(command)' failed; the conflict stays open", code: "cancelled")
        }
    }
}
