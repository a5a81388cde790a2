import Foundation
import PatchbayModel
import Testing

@testable import PatchbayWorkspace

/// Edits of one dialog by both sides, each with what comes of them: `Fixtures/merge.json`.
///
/// `mine` and `theirs` are edits by place; `merged` those of the outcome: without it, all of both, or mine where there are
/// conflicts. `conflicts` names the places with what is held back with them.
@Suite("Joining two edited versions of a dialog")
struct DialogMergeTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let mine: JSONValue
        let theirs: JSONValue
        let merged: JSONValue
        let conflicts: [String: Set<String>]
        let order: [(place: JSONPointer, ids: [JSONValue])]

        var testDescription: String { name }
        var values: ThreeWay<JSONValue> { ThreeWay(base: DialogMergeTests.base, mine: mine, theirs: theirs) }
    }

    private static let file: JSONValue = {
        let place = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/merge.json")
        let bytes = (try? Data(contentsOf: place)).map(Array.init) ?? []
        return (try? JSONReader().read(bytes)) ?? [:]
    }()
    static let base = canonical(file["dialog"] ?? [:])

    static let cases: [Case] = (file["cases"]?.array ?? []).map { entry in
        let (mine, theirs) = (entry["mine"]?.object ?? [:], entry["theirs"]?.object ?? [:])
        let conflicts = entry["conflicts"]?.object ?? [:]
        let merged = entry["merged"]?.object.map { edited(base, $0) }
        return Case(
            name: entry["name"]?.string ?? "",
            mine: canonical(edited(base, mine)),
            theirs: canonical(edited(base, theirs)),
            merged: canonical(merged ?? edited(edited(base, conflicts.isEmpty ? theirs : [:]), mine)),
            conflicts: Dictionary(
                uniqueKeysWithValues: conflicts.members.map { member in
                    (member.key, Set(member.value.array?.compactMap(\.string) ?? []))
                }
            ),
            order: (entry["order"]?.object?.members ?? []).map { (JSONPointer($0.key) ?? .root, $0.value.array ?? []) }
        )
    }

    private static func canonical(_ value: JSONValue) -> JSONValue {
        CanonicalText.ordered(value, FileKind.dialog.shape)
    }

    private static func edited(_ value: JSONValue, _ edits: JSONObject) -> JSONValue {
        edits.members.reduce(value) { value, edit in
            let new: JSONValue? = edit.value == "(gone)" ? .none : .some(edit.value)
            return ShapeEdit.setting(new, at: JSONPointer(edit.key) ?? .root, in: value, FileKind.dialog.shape)
        }
    }

    private static func merge(_ values: ThreeWay<JSONValue>) -> (merged: JSONValue, conflicts: [MergeConflict]) {
        var merge = DialogMerge(values)
        return merge.run()
    }

    @Test func `has cases of every kind`() {
        #expect(Self.cases.count >= 60)
        #expect(Set(Self.cases.map(\.name)).count == Self.cases.count)
        #expect(FileCheck.diagnostics(of: Self.base, as: .dialog).isEmpty)
    }

    @Test(arguments: cases)
    func `keeps what both sides did`(_ found: Case) {
        let (merged, conflicts) = Self.merge(found.values)
        #expect(merged == found.merged)
        #expect(
            Dictionary(uniqueKeysWithValues: conflicts.map { ($0.at.description, Set($0.with.map(\.at.description))) })
                == found.conflicts
        )
        for (place, ids) in found.order {
            let list = ShapeWalk.value(at: place, in: merged, FileKind.dialog.shape)
            #expect(list?.array?.compactMap { $0["id"] } == ids)
        }
    }

    @Test(arguments: cases)
    func `makes a dialog where both were one`(_ found: Case) {
        let known = Self.findings(found.mine).union(Self.findings(found.theirs))
        #expect(Self.findings(Self.merge(found.values).merged).subtracting(known) == [])
    }

    @Test(arguments: cases)
    func `changes nothing the second time`(_ found: Case) {
        let (merged, _) = Self.merge(found.values)
        let again = Self.merge(ThreeWay(base: found.theirs, mine: merged, theirs: found.theirs))
        #expect(again.merged == merged)
        #expect(again.conflicts.isEmpty)
    }

    @Test(arguments: cases)
    func `gives the other side where one is unchanged`(_ found: Case) {
        for side in [found.mine, found.theirs] {
            let mine = Self.merge(ThreeWay(base: Self.base, mine: side, theirs: Self.base))
            let theirs = Self.merge(ThreeWay(base: Self.base, mine: Self.base, theirs: side))
            for (merged, conflicts) in [mine, theirs] {
                #expect(conflicts.isEmpty)
                #expect(CanonicalText.text(merged, of: .dialog) == CanonicalText.text(side, of: .dialog))
            }
        }
    }

    @Test func `holds to this for any two edits`() {
        for (place, one) in Self.cases.enumerated() {
            for step in 1...4 {
                let other = Self.cases[(place + step * 9) % Self.cases.count]
                let (merged, conflicts) = Self.merge(ThreeWay(base: Self.base, mine: one.mine, theirs: other.theirs))
                let words: Comment = "\(one.name), \(other.name)"
                let known = Self.findings(one.mine).union(Self.findings(other.theirs))
                #expect(Self.findings(merged).subtracting(known) == [], words)
                let parts = DialogParts(merged)
                #expect(parts.references.filter { !parts.nodes.contains($0.node) }.map(\.node) == [], words)
                #expect(
                    Self.lines(one.mine).subtracting(Self.lines(Self.base)).subtracting(Self.lines(merged)) == [],
                    words
                )
                let again = Self.merge(ThreeWay(base: other.theirs, mine: merged, theirs: other.theirs))
                #expect(again.merged == merged && again.conflicts.isEmpty, words)
                let mine = DialogParts(one.mine)
                for conflict in conflicts {
                    #expect(parts[conflict.at] == mine[conflict.at], words)
                    for held in conflict.with { #expect(parts[held.at] == mine[held.at], words) }
                    let taken = Self.taking(conflict, in: merged, like: other.theirs)
                    #expect(Self.findings(taken).subtracting(known) == [], "\(words): taking \(conflict.at)")
                    let after = DialogParts(taken)
                    #expect(
                        after.references.filter { !after.nodes.contains($0.node) }.map(\.node) == [],
                        "\(words): taking \(conflict.at)"
                    )
                }
                // All of theirs, one after the other.
                let all = conflicts.reduce(merged) { Self.taking($1, in: $0, like: other.theirs) }
                #expect(Self.findings(all).subtracting(known) == [], words)
            }
        }
    }

    /// The dialog with the template's side of a conflict, and what was held back for it.
    private static func taking(_ conflict: MergeConflict, in dialog: JSONValue, like theirs: JSONValue) -> JSONValue {
        let all = [(conflict.at, conflict.theirs)] + conflict.with.map { ($0.at, $0.theirs) }
        return all.reduce(dialog) { dialog, change in
            ShapeEdit.setting(change.1, at: change.0, in: dialog, FileKind.dialog.shape, like: theirs)
        }
    }

    private static func findings(_ dialog: JSONValue) -> Set<String> {
        Set(FileCheck.diagnostics(of: dialog, as: .dialog).map(\.message))
    }

    /// All values of a dialog; of texts, their lines.
    private static func lines(_ dialog: JSONValue) -> Set<JSONValue> {
        var all: Set<JSONValue> = []
        ShapeWalk.visit(dialog, FileKind.dialog.shape) { _, value, _ in
            guard value.object == nil, value.array == nil else { return }
            all.formUnion(value.string.map { $0.split(separator: "\n").map { .string(String($0)) } } ?? [value])
        }
        return all
    }

    @Test(arguments: cases)
    func `loses no value that only the user has`(_ found: Case) {
        let (merged, _) = Self.merge(found.values)
        #expect(Self.lines(found.mine).subtracting(Self.lines(Self.base)).subtracting(Self.lines(merged)) == [])
    }
}
