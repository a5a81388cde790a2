import PatchbayDialog

/// A command line as a workspace's history keeps it: without what might be a secret.
enum TypedCommand {
    /// The words with `patchbay` before them, quoted as a shell takes them.
    ///
    /// A value of `--set` stays only where it sets a template's parameter, which the lock holds, too; and whatever looks
    /// like a secret goes.
    static func text(_ words: [String]) -> String {
        let isTemplate = words.contains("template") || words.contains("dialog")
        var shown: [String] = []
        var isSetting = false
        for word in words {
            let glued = !isSetting && word.hasPrefix("--set=")
            let assignment = glued ? String(word.dropFirst("--set=".count)) : word
            if isSetting || glued {
                shown.append((glued ? "--set=" : "") + set(assignment, keepsValue: isTemplate))
            } else {
                shown.append(plain(word))
            }
            isSetting = word == "--set"
        }
        let all = (["patchbay"] + shown).joined(separator: " ")
        return all.utf8.count <= most ? all : String(decoding: all.utf8.prefix(most), as: UTF8.self) + "…"
    }

    /// The longest text, in bytes.
    private static let most = 2_000
    private static let hidden = "…"

    private static func set(_ assignment: String, keepsValue: Bool) -> String {
        guard let place = assignment.firstIndex(of: "=") else { return quoted(hidden) }
        let name = String(assignment[..<place])
        let value = String(assignment[assignment.index(after: place)...])
        let isSecret = !keepsValue || SecretScan.finding(in: value, named: name) != nil
        return quoted("\(name)=\(isSecret ? hidden : value)")
    }

    private static func plain(_ word: String) -> String {
        guard SecretScan.finding(in: word) != nil else { return quoted(word) }
        let name = word.prefix { $0 != "=" }
        return quoted(word.hasPrefix("--") && name.count < word.count ? "\(name)=\(hidden)" : hidden)
    }

    private static func quoted(_ word: String) -> String {
        let plain = word.unicodeScalars.allSatisfy { scalar in
            scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                || "-_=./:@%+,…".unicodeScalars.contains(scalar)
        }
        return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
}
