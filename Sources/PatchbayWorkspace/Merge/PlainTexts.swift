import PatchbayModel

/// Texts and phrases that stand without a language, and so in that of their file.
enum PlainTexts {
    /// The three versions with the language of mine.
    ///
    /// Where they differ, the plain texts of the others become maps, so that no text is taken for one of another language.
    static func aligned(_ values: ThreeWay<JSONValue>, _ shape: Shape) -> ThreeWay<JSONValue> {
        let languages = values.map { $0["language"]?.string ?? "en" }
        guard languages.base != languages.mine || languages.theirs != languages.mine else { return values }
        func aligned(_ value: JSONValue, _ language: String) -> JSONValue {
            guard language != languages.mine else { return value }
            return byLanguage(value, shape, language).setting(.string(languages.mine), at: "/language")
        }
        return ThreeWay(
            base: aligned(values.base, languages.base),
            mine: values.mine,
            theirs: aligned(values.theirs, languages.theirs)
        )
    }

    /// The value with every plain text as a map by language.
    private static func byLanguage(_ value: JSONValue, _ shape: Shape, _ language: String) -> JSONValue {
        if takesLanguages(shape) {
            return value.object == nil ? .object(JSONObject([(language, value)])) : value
        }
        let form = ShapeWalk.narrowed(shape, for: value).form
        switch value {
        case .array(let elements):
            let element: Shape = if case .array(let list) = form { list.element } else { .any }
            return .array(elements.map { byLanguage($0, element, language) })
        case .object(let object):
            return .object(
                JSONObject(
                    object.members.map { member in
                        (
                            member.key,
                            byLanguage(member.value, ShapeWalk.shape(of: member.key, in: shape, value), language)
                        )
                    }
                )
            )
        case .null, .bool, .number, .string: return value
        }
    }

    /// Whether a value of a shape may be plain or a map by language.
    static func takesLanguages(_ shape: Shape) -> Bool {
        guard case .either(let shapes) = shape.resolved.form else { return false }
        return shapes.contains { shape in
            if case .map(let keys, _) = shape.resolved.form { keys === TextKind.language } else { false }
        }
    }
}
