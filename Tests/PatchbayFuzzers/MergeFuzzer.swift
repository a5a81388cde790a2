import PatchbayDialog
import PatchbayModel

@testable import PatchbayWorkspace

/// Two edited versions of a dialog: the input says how each was edited.
struct MergeFuzzer: Fuzzer {
    private static let base = (try? JSONReader().read(MergeFuzzer.text)) ?? [:]

    func take(_ input: [UInt8]) throws {
        let parts = input.split(separator: 0xFF, maxSplits: 1, omittingEmptySubsequences: false)
        let mine = DialogEdits(parts[0]).edited(Self.base)
        let theirs = DialogEdits(parts.count > 1 ? parts[1] : []).edited(Self.base)
        try check(mine, theirs)
        try checkTexts(parts[0], parts.count > 1 ? parts[1] : [])
    }

    private func check(_ mine: JSONValue, _ theirs: JSONValue) throws {
        let merged = Self.merge(Self.base, mine, theirs)
        guard Self.isDialog(mine), Self.isDialog(theirs) else { return }
        guard Self.isDialog(merged) else {
            let found = FileCheck.diagnostics(of: merged, as: .dialog) + Self.errors(in: merged)
            throw Mistake("two dialogs become none: \(found)")
        }
        let lost = Self.lines(of: mine).subtracting(Self.lines(of: Self.base)).subtracting(Self.lines(of: theirs))
            .subtracting(Self.lines(of: merged))
        guard lost.isEmpty else { throw Mistake("what only I had is lost: \(lost)") }
        guard Self.merge(Self.base, mine, Self.base) == Self.plain(mine) else {
            throw Mistake("without the template's edits it is not mine")
        }
        // In a file of another language the same texts are written as maps; a file that nobody edited is taken as a whole.
        if theirs["language"] == Self.base["language"] {
            guard Self.merge(Self.base, Self.base, theirs) == Self.plain(theirs) else {
                throw Mistake("without my edits it is not the template's")
            }
        }
        guard Self.merge(theirs, merged, theirs) == merged else { throw Mistake("merged twice it changes") }
    }

    private static func merge(_ base: JSONValue, _ mine: JSONValue, _ theirs: JSONValue) -> JSONValue {
        var merge = DialogMerge(ThreeWay(base: base, mine: mine, theirs: theirs)) { value, _ in errors(in: value) }
        return plain(merge.run().merged)
    }

    /// In canonical order, without positions: those of nodes that are gone go, too.
    private static func plain(_ value: JSONValue) -> JSONValue {
        let members = CanonicalText.ordered(value, FileKind.dialog.shape).object?.members ?? []
        return .object(JSONObject(unique: members.filter { $0.key != "canvas" }))
    }

    /// Whether a value is a dialog that can run.
    private static func isDialog(_ value: JSONValue) -> Bool {
        !FileCheck.diagnostics(of: value, as: .dialog).hasErrors && errors(in: value).isEmpty
    }

    private static func errors(in value: JSONValue) -> [Diagnostic] {
        do {
            let lint = DialogLint.diagnostics(
                for: try Dialog(value),
                file: value,
                scripts: [:],
                known: LintEnvironment()
            )
            return lint.filter { $0.severity == .error }
        } catch {
            return [Diagnostic(at: .root, "\(error)")]
        }
    }

    /// The lines of all texts in a value.
    private static func lines(of value: JSONValue) -> Set<Substring> {
        switch value {
        case .string(let text): Set(text.split(separator: "\n"))
        case .array(let elements): elements.reduce(into: []) { $0.formUnion(lines(of: $1)) }
        case .object(let object): object.members.reduce(into: []) { $0.formUnion(lines(of: $1.value)) }
        default: []
        }
    }

    /// Lines that only one side has are never lost, and no line comes out that nobody wrote.
    private func checkTexts(_ mine: ArraySlice<UInt8>, _ theirs: ArraySlice<UInt8>) throws {
        func text(_ bytes: ArraySlice<UInt8>) -> String {
            bytes.prefix(64).map { ["a\n", "b\n", "c\n", "\n", "d", "a", "\r\n", "e\n"][Int($0 % 8)] }.joined()
        }
        let texts = ThreeWay(base: "a\nb\nc\na\n", mine: text(mine), theirs: text(theirs))
        guard let merged = LineMerge.merge(texts) else { return }
        func lines(_ text: String) -> Set<Substring> {
            Set(text.split(separator: "\n", omittingEmptySubsequences: false))
        }
        let known = lines(texts.mine).union(lines(texts.theirs))
        guard lines(merged).isSubset(of: known) else { throw Mistake("a line that nobody wrote: \(merged)") }
    }

    private static let text = """
        {"formatVersion": 1, "language": "en", "id": "ask", "name": "Ask", "start": "begin", "settings": {"tone": "calm"},
         "nodes": [
          {"id": "begin", "kind": "intent", "utterances": {"en": ["ask", "ask me"]}, "next": "name"},
          {"id": "name", "kind": "entity", "type": "list", "retries": 3,
           "values": [{"id": "a", "value": "a", "synonyms": {"en": ["x", "y"]}}, {"id": "b", "value": "b"}],
           "prompts": [{"id": "p", "text": "Which?\\nOne."}, {"id": "q", "text": {"en": "Well?", "de": "Na?"}}], "next": "call"},
          {"id": "call", "kind": "service", "integration": "tide", "operation": "find",
           "input": {"place": "{{context.entities.name}}", "list": [1, 2]}, "onFailure": "sorry",
           "transitions": [{"id": "t", "if": {"value": "context.x", "operator": "exists"}, "then": "found"}], "next": "none"},
          {"id": "found", "kind": "message", "messages": [{"id": "m", "text": "Found.\\nGood."}], "next": "end"},
          {"id": "none", "kind": "message", "messages": [{"id": "m", "text": "None."}], "next": "end"},
          {"id": "sorry", "kind": "message", "messages": [{"id": "m", "text": "Sorry."}], "next": "end"},
          {"id": "box", "kind": "group", "start": "found", "nodes": ["found"], "next": "end"}],
         "canvas": {"begin": {"x": 0, "y": 0}, "name": {"x": 0, "y": 120}}}
        """
}

/// Edits of a JSON value, as bytes say them.
private struct DialogEdits {
    private var bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes.prefix(256) }

    /// The value after all edits.
    consuming func edited(_ value: JSONValue) -> JSONValue {
        var value = value
        while !bytes.isEmpty { value = edit(value, depth: 0) }
        return value
    }

    private mutating func next() -> Int { Int(bytes.popFirst() ?? 0) }

    /// Goes down to a value and changes it there.
    private mutating func edit(_ value: JSONValue, depth: Int) -> JSONValue {
        let step = next()
        switch value {
        case .object(let object) where !object.members.isEmpty:
            var members = object.members
            let place = step % members.count
            switch next() % 8 {
            case 0: members.remove(at: place)
            default: members[place].value = edit(members[place].value, depth: depth + 1)
            }
            return .object(JSONObject(unique: members))
        case .array(var elements) where !elements.isEmpty:
            let place = step % elements.count
            switch next() % 12 {
            case 0: elements.remove(at: place)
            case 1: elements.swapAt(place, next() % elements.count)
            case 2: elements.insert(renamed(elements[place]), at: next() % (elements.count + 1))
            default: elements[place] = edit(elements[place], depth: depth + 1)
            }
            return .array(elements)
        case .string(let text): return .string(edited(text, step))
        default: return [.number(JSONNumber(step)), .bool(step % 2 == 0), .string("n\(step)"), .array([])][step % 4]
        }
    }

    private mutating func edited(_ text: String, _ step: Int) -> String {
        switch step % 6 {
        case 0: return text + "\nmore \(next())"
        case 1: return "first \(next())\n" + text
        case 2: return ["begin", "name", "call", "found", "none", "sorry", "end", "new0", "new1"][next() % 9]
        case 3: return text.split(separator: "\n").dropFirst().joined(separator: "\n")
        default: return "n\(next())"
        }
    }

    /// A copy of an element with an id of its own.
    private mutating func renamed(_ value: JSONValue) -> JSONValue {
        guard value["id"] != nil else { return .string("new\(next())") }
        return value.setting(.string("new\(next() % 4)"), at: "/id")
    }
}
