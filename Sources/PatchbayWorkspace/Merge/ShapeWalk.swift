import PatchbayModel

/// Goes through a value beside its shape; places name the elements of a list by id by their ids.
enum ShapeWalk {
    /// Calls a function with every value inside and the form of its shape, the outer ones first.
    static func visit(
        _ value: JSONValue,
        _ shape: Shape,
        at place: JSONPointer = .root,
        _ body: (_ place: JSONPointer, _ value: JSONValue, _ shape: Shape) -> Void
    ) {
        body(place, value, narrowed(shape, for: value))
        switch value {
        case .object(let object):
            for key in object.keys {
                guard let (child, childShape) = step(value, shape, key) else { continue }
                visit(child, childShape, at: place.appending(key), body)
            }
        case .array(let elements):
            let list: ListShape? = if case .array(let list) = narrowed(shape, for: value).form { list } else { nil }
            for (index, element) in elements.enumerated() {
                let token = list?.identity.flatMap { element[$0]?.string } ?? String(index)
                visit(element, list?.element ?? .any, at: place.appending(token), body)
            }
        case .null, .bool, .number, .string: break
        }
    }

    /// The form of a shape that a value has: what is behind names, nulls and alternatives.
    static func narrowed(_ shape: Shape, for value: JSONValue?) -> Shape {
        switch shape.form {
        case .reference(_, let find): narrowed(find(), for: value)
        case .nullable(let inner): narrowed(inner, for: value)
        case .either(let shapes):
            narrowed(value.flatMap { value in shapes.first { $0.takes(value) } } ?? shapes.last ?? .any, for: value)
        default: shape
        }
    }

    /// The value at a place; nil where nothing is.
    static func value(at place: JSONPointer, in root: JSONValue, _ shape: Shape) -> JSONValue? {
        var (value, shape) = (root, shape)
        for token in place.tokens {
            guard let (child, childShape) = step(value, shape, token) else { return nil }
            (value, shape) = (child, childShape)
        }
        return value
    }

    /// One level further in.
    private static func step(_ value: JSONValue, _ shape: Shape, _ token: String) -> (JSONValue, Shape)? {
        switch value {
        case .object(let object): return object[token].map { ($0, self.shape(of: token, in: shape, value)) }
        case .array(let elements):
            guard case .array(let list) = narrowed(shape, for: value).form else {
                return Int(token).flatMap { value[$0] }.map { ($0, .any) }
            }
            let found =
                if let key = list.identity {
                    elements.first { $0[key]?.string == token }
                } else {
                    Int(token).flatMap { value[$0] }
                }
            return found.map { ($0, list.element) }
        case .null, .bool, .number, .string: return nil
        }
    }

    /// The shape of an object's key.
    static func shape(of key: String, in shape: Shape, _ value: JSONValue?) -> Shape {
        switch narrowed(shape, for: value).form {
        case .branch(let word, let with, let without):
            self.shape(of: key, in: value?[word] != nil ? with : without, value)
        case .map(_, let inner): inner
        case .object(let fields): fields.field(key)?.shape ?? .any
        case .variants(let variants):
            value?[variants.key]?.string.flatMap(variants.shape(for:))?.field(key)?.shape ?? .any
        default: .any
        }
    }

    /// The place that a pointer by indices means: elements of a list by id are named by their ids.
    static func place(of pointer: JSONPointer, in root: JSONValue, _ shape: Shape) -> JSONPointer {
        var (value, shape, tokens): (JSONValue?, Shape, [String]) = (root, shape, [])
        for token in pointer.tokens {
            guard let here = value else {
                tokens.append(token)
                continue
            }
            if case .array(let list) = narrowed(shape, for: here).form {
                let element = here[Int(token) ?? -1]
                tokens.append(list.identity.flatMap { element?[$0]?.string } ?? token)
                (value, shape) = (element, list.element)
            } else {
                tokens.append(token)
                (value, shape) = (here[token], self.shape(of: token, in: shape, here))
            }
        }
        return JSONPointer(tokens: tokens)
    }

    /// The place by indices of a value: the other way round; nil where nothing is.
    static func pointer(to place: JSONPointer, in root: JSONValue, _ shape: Shape) -> JSONPointer? {
        var (value, shape, tokens): (JSONValue, Shape, [String]) = (root, shape, [])
        for token in place.tokens {
            guard let (child, childShape) = step(value, shape, token) else { return nil }
            if case .array(let list) = narrowed(shape, for: value).form, let key = list.identity {
                guard let index = value.array?.firstIndex(where: { $0[key]?.string == token }) else { return nil }
                tokens.append(String(index))
            } else {
                tokens.append(token)
            }
            (value, shape) = (child, childShape)
        }
        return JSONPointer(tokens: tokens)
    }
}
