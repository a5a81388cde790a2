import PatchbayModel

/// A place in a dialog that somebody named by a pointer, in which an element of a list by id is named by its id or its index.
struct DialogPlace {
    /// The place with indices.
    let pointer: JSONPointer
    let value: JSONValue
    let shape: Shape

    /// Follows a pointer.
    ///
    /// - Throws: ``TemplateDraftError`` that says how far the pointer leads, and what is there.
    init(_ text: String, in root: JSONValue) throws(TemplateDraftError) {
        guard let asked = JSONPointer(text), !asked.tokens.isEmpty else {
            throw TemplateDraftError("'\(text)' is no place; write a JSON Pointer such as /nodes/ask/retries")
        }
        var (value, shape, pointer) = (root, FileKind.dialog.shape, JSONPointer.root)
        for (depth, token) in asked.tokens.enumerated() {
            let form = ShapeWalk.narrowed(shape, for: value)
            guard let (step, next) = Self.step(token, value, form) else {
                let reached = JSONPointer(tokens: Array(asked.tokens.prefix(depth)))
                throw TemplateDraftError(
                    "there is nothing at '\(asked)'; " + Self.offer(token, value, form, at: reached)
                )
            }
            shape =
                if case .array(let list) = form.form { list.element } else {
                    ShapeWalk.shape(of: token, in: form, value)
                }
            (value, pointer) = (next, pointer.appending(step))
        }
        self.pointer = pointer
        self.value = value
        self.shape = shape
    }

    /// One level further in: the key or index, and what is there.
    private static func step(_ token: String, _ value: JSONValue, _ shape: Shape) -> (String, JSONValue)? {
        switch value {
        case .object(let object): return object[token].map { (token, $0) }
        case .array(let elements):
            if case .array(let list) = shape.form, let key = list.identity,
                let index = elements.firstIndex(where: { $0[key]?.string == token })
            {
                return (String(index), elements[index])
            }
            guard let index = Int(token), String(index) == token, elements.indices.contains(index) else { return nil }
            return (token, elements[index])
        case .null, .bool, .number, .string: return nil
        }
    }

    /// What is there instead.
    private static func offer(_ token: String, _ value: JSONValue, _ shape: Shape, at reached: JSONPointer) -> String {
        let names: [String]
        switch value {
        case .object(let object): names = object.keys
        case .array(let elements):
            let key = if case .array(let list) = shape.form { list.identity } else { String?.none }
            names = key.map { key in elements.compactMap { $0[key]?.string } } ?? elements.indices.map(String.init)
        case .null, .bool, .number, .string:
            return "'\(reached)' is \(value.kindName == "array" ? "an" : "a") \(value.kindName) and has nothing inside"
        }
        let whole = reached.tokens.isEmpty ? "the dialog" : "'\(reached)'"
        return "\(whole) has \(names.prefix(12).joined(separator: ", "))" + (names.count > 12 ? ", …" : "")
            + (NearName.suggestion(for: token, among: names).map { "; did you mean '\($0)'?" } ?? "")
    }

    /// What in the value names something, so that no parameter may stand for it: its place within.
    var named: JSONPointer? {
        var found: JSONPointer?
        ShapeWalk.visit(value, shape) { place, _, shape in
            if found == nil, case .string(let kind) = shape.form, !kind.takesParameter { found = place }
            if found == nil, case .const = shape.form { found = place }
        }
        return found
    }
}

/// Why a dialog can't become a template.
package struct TemplateDraftError: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
