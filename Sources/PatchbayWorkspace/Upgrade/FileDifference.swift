import PatchbayModel

/// Says in words how two versions of a workspace's file differ: of a dialog node by node.
package enum FileDifference {
    /// The differences; empty where both mean the same, and nil for a side that has no such file.
    package static func all(of path: String, from old: [UInt8]?, to new: [UInt8]?) -> [Difference] {
        guard old != new else { return [] }
        guard let kind = WorkspaceLayout.kind(of: path), kind != .exchange else { return text(path, old, new) }
        guard let old, let new, let before = try? JSONReader().read(old), let after = try? JSONReader().read(new) else {
            return [whole(path, old, new)].compactMap(\.self)
        }
        let entries = ShapeDifference.entries(
            CanonicalText.ordered(before, kind.shape),
            CanonicalText.ordered(after, kind.shape),
            kind.shape
        )
        var found = entries.filter { $0.at.tokens.first != "canvas" }.map { entry in
            Difference(file: path, at: entry.at, old: entry.old, new: entry.new, words: words(entry, in: kind))
        }
        if entries.count > found.count {
            let words = "the nodes stand elsewhere in the drawing"
            found.append(
                Difference(file: path, at: "/canvas", old: before["canvas"], new: after["canvas"], words: words)
            )
        }
        return found
    }

    // MARK: - Whole files

    private static func whole(_ path: String, _ old: [UInt8]?, _ new: [UInt8]?) -> Difference? {
        let what = noun(path)
        let words = old == nil ? "\(what) is new" : new == nil ? "\(what) is gone" : "\(what) differs"
        return Difference(file: path, at: .root, old: nil, new: nil, words: words)
    }

    /// What a file is called.
    private static func noun(_ path: String) -> String {
        let parts = path.split(separator: "/")
        guard parts.first == "dialogs", let last = parts.last, parts.count > 2 else { return path }
        if last == "dialog.json" { return "dialog '\(parts[1])'" }
        if parts.count == 5 { return "the answer '\(last)' of node '\(parts[3])'" }
        let pieces = last.split(separator: ".")
        let node = "node '\(pieces.first ?? "")'"
        return switch (pieces.count, pieces.dropFirst().first ?? "") {
        case (3, "before"): "the pre-processor of \(node)"
        case (3, "after"): "the post-processor of \(node)"
        case (4, let message): "the script of message '\(message)' of \(node)"
        default: "the script of \(node)"
        }
    }

    private static func text(_ path: String, _ old: [UInt8]?, _ new: [UInt8]?) -> [Difference] {
        let feed = UInt8(ascii: "\n")
        guard let old, let new, !path.hasSuffix(".json") else { return [whole(path, old, new)].compactMap(\.self) }
        let (before, after) = (old.split(separator: feed), new.split(separator: feed))
        let partners = LinePartners.find(of: before, in: after)
        let kept = Set(partners.compactMap(\.self))
        func line(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
        let gone = before.indices.filter { partners[$0] == nil }.map { "- " + line(before[$0]) }
        let come = after.indices.filter { !kept.contains($0) }.map { "+ " + line(after[$0]) }
        let all = gone + come
        let rest = all.count > 20 ? ["… \(all.count - 20) more lines"] : []
        let words = "\(noun(path)) changed:" + (all.prefix(20) + rest).map { "\n    " + $0 }.joined()
        return [
            Difference(
                file: path,
                at: .root,
                old: .string(String(decoding: old, as: UTF8.self)),
                new: .string(String(decoding: new, as: UTF8.self)),
                words: words
            )
        ]
    }

    // MARK: - Values

    private static func words(_ entry: ShapeDifference.Entry, in kind: FileKind) -> String {
        let tokens = entry.at.tokens
        if kind == .dialog, tokens.first == "nodes", tokens.count > 1 {
            let node = "node '\(tokens[1])'"
            guard tokens.count > 2 else { return "\(node) \(change(of: entry, what: entry.new?["kind"]?.string))" }
            return "\(node)\(inside(Array(tokens.dropFirst(2)), entry))"
        }
        if kind == .dialog, tokens == ["nodes"] { return "the nodes stand in another order" }
        if kind == .dialog, tokens == ["start"] {
            return "it starts at \(target(entry.new)) instead of \(target(entry.old))"
        }
        if kind == .variables || kind == .content, tokens.first == "variables", tokens.count > 1 {
            let name = "variable \(kind == .variables ? "env" : "content").\(tokens[1])"
            guard tokens.count > 2 else { return "\(name) \(change(of: entry, what: entry.new?["value"].map(short)))" }
            return "\(name)\(inside(Array(tokens.dropFirst(2)), entry))"
        }
        return String(inside(tokens, entry).dropFirst(2))
    }

    /// What becomes of an element as a whole.
    private static func change(of entry: ShapeDifference.Entry, what: String?) -> String {
        if entry.old == nil { return "is new" + (what.map { " (\($0))" } ?? "") }
        return entry.new == nil ? "is gone" : "differs"
    }

    /// A place inside of a node or record, with what happens there; begins with a comma or colon.
    private static func inside(_ tokens: [String], _ entry: ShapeDifference.Entry) -> String {
        var text = ""
        var rest = tokens[...]
        while let token = rest.first {
            if rest.count > 1, let noun = elements[token] {
                text += ", \(noun) '\(rest[rest.startIndex + 1])'"
                rest = rest.dropFirst(2)
            } else {
                text += ", \(token)"
                rest = rest.dropFirst()
            }
        }
        if entry.isOrder { return "\(text): in another order" }
        let last = tokens.last ?? ""
        if ["next", "then", "onFailure", "onRetriesExceeded", "onCancel", "onTimeout"].contains(last) {
            return "\(text): to \(target(entry.new)) instead of \(target(entry.old))"
        }
        return switch (entry.old, entry.new) {
        case (nil, let new?): "\(text): new, \(short(new))"
        case (let old?, nil): "\(text): gone, was \(short(old))"
        case (let old?, let new?): "\(text): \(short(old)) → \(short(new))"
        case (nil, nil): text
        }
    }

    /// The words for elements of lists.
    private static let elements = [
        "transitions": "transition", "messages": "message", "prompts": "prompt", "errorPrompts": "error prompt",
        "submitPrompts": "submit prompt", "values": "value", "set": "assignment", "before": "assignment before",
        "after": "assignment after", "fields": "field", "tools": "tool", "exits": "exit", "rules": "rule",
    ]

    private static func target(_ value: JSONValue?) -> String {
        guard let value, !value.isNull else { return "nowhere" }
        return value.string.map { ["end", "continue"].contains($0) ? $0 : "'\($0)'" } ?? short(value)
    }

    private static func short(_ value: JSONValue) -> String {
        let text = JSONWriter().text(value)
        return text.count > 80 ? text.prefix(79) + "…" : text
    }
}
