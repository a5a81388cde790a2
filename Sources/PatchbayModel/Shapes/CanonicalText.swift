/// The one way in which a file of a workspace is written; hashes and merges work on this text.
///
/// Keys stand in the order of the shape, unknown ones after them in the author's, `x-` keys last; defaults are left out; lists keep
/// their order and numbers their spelling; LF, two spaces a level, a final newline.
package enum CanonicalText {
    /// The text of a file's value; what does not fit the shape is kept as it stands.
    package static func text(_ value: JSONValue, of kind: FileKind) -> String {
        String(decoding: bytes(value, of: kind), as: UTF8.self)
    }

    /// The text as UTF-8.
    package static func bytes(_ value: JSONValue, of kind: FileKind) -> [UInt8] {
        JSONWriter(.indented).bytes(ordered(value, kind.shape))
    }

    /// The value with its keys in order and without defaults.
    package static func ordered(_ value: JSONValue, _ shape: Shape) -> JSONValue {
        switch (shape.form, value) {
        case (.array(let list), .array(let elements)): .array(elements.map { ordered($0, list.element) })
        case (.map(_, let values), .object(let object)):
            .object(JSONObject(unique: object.members.map { .init(key: $0.key, value: ordered($0.value, values)) }))
        case (.object(let shape), .object(let object)): .object(ordered(object, shape))
        case (.variants(let variants), .object(let object)):
            if let shape = object[variants.key]?.string.flatMap(variants.shape(for:)) {
                .object(ordered(object, shape))
            } else {
                value
            }
        case (.branch(let key, let with, let without), .object(let object)):
            ordered(value, object[key] != nil ? with : without)
        case (.either(let shapes), _): shapes.first { $0.takes(value) }.map { ordered(value, $0) } ?? value
        case (.nullable(let shape), _): ordered(value, shape)
        case (.reference(_, let find), _): ordered(value, find())
        default: value
        }
    }

    private static func ordered(_ object: JSONObject, _ shape: ObjectShape) -> JSONObject {
        if object["$parameter"] != nil, object.count == 1 { return object }
        var members: [JSONObject.Member] = []
        members.reserveCapacity(object.count)
        var known = 0
        for field in shape.fields {
            guard let value = object[field.key] else { continue }
            known += 1
            let clean = ordered(value, field.shape)
            if !field.isRequired, let standard = field.defaultValue, clean == standard { continue }
            members.append(.init(key: field.key, value: clean))
        }
        guard known < object.count else { return JSONObject(unique: members) }
        let unknown = object.members.filter { shape.field($0.key) == nil }
        members += unknown.filter { !ObjectShape.isFree($0.key) }
        members += unknown.filter { ObjectShape.isFree($0.key) }
        return JSONObject(unique: members)
    }
}
