import PatchbayModel

/// Joins two edited versions of a file's value by what its shape says (`x-merge`).
///
/// Where both changed the same thing differently, mine stays and a conflict is noted. Places name the elements of a list by id
/// by their ids.
struct ValueMerge {
    /// The language of each version's plain texts.
    let languages: ThreeWay<String>
    /// Places at which the template's change is held back.
    let held: Set<JSONPointer>
    private(set) var conflicts: [MergeConflict] = []

    init(languages: ThreeWay<String>, held: Set<JSONPointer> = []) {
        self.languages = languages
        self.held = held
    }

    /// The joined value; nil where nothing is left of it.
    mutating func merge(_ values: ThreeWay<JSONValue?>, _ shape: Shape, at place: JSONPointer) -> JSONValue? {
        if held.contains(place) { return values.mine }
        if !isHeld(beneath: place), let plain = values.plain { return plain }
        let body = shape.resolved
        switch shape.merge ?? body.merge {
        case .text: return text(values, at: place)
        case .mine: return layout(values)
        case .set: return set(values, at: place)
        case .byID: return list(values, body, at: place)
        case .byKey, .atomic, nil: return form(values, body, at: place)
        }
    }

    private mutating func form(_ values: ThreeWay<JSONValue?>, _ shape: Shape, at place: JSONPointer) -> JSONValue? {
        switch shape.form {
        case .any: return objects(values, at: place) { _ in .any }
        case .map(_, let element):
            return objects(values.map { $0 ?? [:] }, at: place) { _ in element }.flatMap { merged in
                merged.object?.isEmpty == true && (values.mine == nil || values.theirs == nil) ? nil : merged
            }
        case .object(let object): return objects(values, at: place) { object.field($0)?.shape ?? .any }
        case .variants(let variants):
            let words = values.map { $0?[variants.key]?.string }
            guard words.base == words.mine, words.mine == words.theirs,
                let object = words.mine.flatMap(variants.shape(for:))
            else { return conflict(values, at: place) }
            return objects(values, at: place) { object.field($0)?.shape ?? .any }
        case .branch(let key, let with, let without):
            let branches = values.map { $0?[key] != nil }
            guard branches.base == branches.mine, branches.mine == branches.theirs else {
                return conflict(values, at: place)
            }
            return form(values, (branches.mine ? with : without).resolved, at: place)
        case .either(let shapes): return either(values, shapes, at: place)
        case .nullable(let inner):
            guard values.allSatisfy({ $0?.isNull != true }) else { return conflict(values, at: place) }
            return merge(values, inner, at: place)
        case .reference(_, let find): return merge(values, find(), at: place)
        case .boolean, .string, .number, .integer, .const, .enumeration, .array: return conflict(values, at: place)
        }
    }

    /// Whether anything is held back inside of a value.
    private func isHeld(beneath place: JSONPointer) -> Bool {
        held.contains { $0.tokens.count > place.tokens.count && $0.tokens.starts(with: place.tokens) }
    }

    /// Notes that both sides changed a value, and keeps mine.
    private mutating func conflict(_ values: ThreeWay<JSONValue?>, at place: JSONPointer) -> JSONValue? {
        if !isHeld(beneath: place), let plain = values.plain { return plain }
        conflicts.append(
            MergeConflict(at: place, base: values.base, mine: values.mine, theirs: values.theirs)
        )
        return values.mine
    }

    // MARK: - Objects

    /// Objects key by key: mine in their order, then what only theirs has.
    private mutating func objects(
        _ values: ThreeWay<JSONValue?>,
        at place: JSONPointer,
        shapeOf: (String) -> Shape
    ) -> JSONValue? {
        guard let base = values.base?.object, let mine = values.mine?.object, let theirs = values.theirs?.object else {
            return conflict(values, at: place)
        }
        var merged = JSONObject()
        for key in mine.keys + theirs.keys.filter({ mine[$0] == nil })
            + base.keys.filter({ mine[$0] == nil && theirs[$0] == nil })
        {
            let three = ThreeWay(base: base[key], mine: mine[key], theirs: theirs[key])
            merged[key] = merge(three, shapeOf(key), at: place.appending(key))
        }
        return .object(merged)
    }

    /// Layout: mine, but for what mine did not touch.
    private func layout(_ values: ThreeWay<JSONValue?>) -> JSONValue? {
        let objects = values.map { $0?.object ?? JSONObject() }
        var merged = JSONObject()
        for key in objects.mine.keys + objects.theirs.keys.filter({ objects.mine[$0] == nil }) {
            let three = objects.map { $0[key] }
            merged[key] = three.base == three.mine ? three.theirs : three.mine
        }
        return merged.isEmpty && values.mine == nil ? nil : .object(merged)
    }

    // MARK: - Forms with and without languages

    /// Texts by language and line; a plain one counts as the map of its file's language.
    private mutating func text(_ values: ThreeWay<JSONValue?>, at place: JSONPointer) -> JSONValue? {
        guard values.allSatisfy({ $0 != nil }) else { return conflict(values, at: place) }
        let texts = byLanguage(values)
        let isPlain =
            values.allSatisfy { $0?.object == nil }
            && Set([languages.base, languages.mine, languages.theirs]).count == 1
        var merged = JSONObject()
        for language in texts.mine.keys + texts.theirs.keys.filter({ texts.mine[$0] == nil }) {
            let three = texts.map { $0[language] }
            let here = isPlain ? place : place.appending(language)
            if held.contains(here) {
                merged[language] = three.mine
            } else if let plain = three.plain {
                merged[language] = plain
            } else if let base = three.base?.string, let mine = three.mine?.string, let theirs = three.theirs?.string,
                let joined = LineMerge.merge(ThreeWay(base: base, mine: mine, theirs: theirs))
            {
                merged[language] = .string(joined)
            } else {
                merged[language] = conflict(three, at: here)
            }
        }
        // Each side dropped the language that the other kept.
        if merged.isEmpty { return conflict(values, at: place) }
        let own = merged[languages.mine]
        let staysPlain = values.mine?.object == nil || values.theirs?.object == nil && values.base?.object == nil
        return staysPlain && merged.count == 1 && own != nil ? own : .object(merged)
    }

    /// Values that may be plain as maps by language.
    private func byLanguage(_ values: ThreeWay<JSONValue?>) -> ThreeWay<JSONObject> {
        func map(_ value: JSONValue?, _ language: String) -> JSONObject {
            value?.object ?? value.map { JSONObject([(language, $0)]) } ?? JSONObject()
        }
        return ThreeWay(
            base: map(values.base, languages.base),
            mine: map(values.mine, languages.mine),
            theirs: map(values.theirs, languages.theirs)
        )
    }

    private mutating func either(_ values: ThreeWay<JSONValue?>, _ shapes: [Shape], at place: JSONPointer) -> JSONValue?
    {
        let chosen = values.map { value in value.flatMap { value in shapes.firstIndex { $0.takes(value) } } }
        let places = Set([chosen.base, chosen.mine, chosen.theirs].compactMap(\.self))
        if places.count == 1, let only = places.first { return merge(values, shapes[only], at: place) }
        for shape in shapes {
            guard case .map(let keys, let element) = shape.resolved.form, keys === TextKind.language else { continue }
            let maps = byLanguage(values)
            var merged = JSONObject()
            for language in maps.mine.keys + maps.theirs.keys.filter({ maps.mine[$0] == nil }) {
                merged[language] = merge(maps.map { $0[language] }, element, at: place.appending(language))
            }
            return merged.isEmpty ? nil : .object(merged)
        }
        return conflict(values, at: place)
    }

    // MARK: - Lists

    /// What either side added is there, what either side removed is not.
    private mutating func set(_ values: ThreeWay<JSONValue?>, at place: JSONPointer) -> JSONValue? {
        let lists = values.map { $0 == nil ? [] : $0?.array }
        guard let base = lists.base, let mine = lists.mine, let theirs = lists.theirs else {
            return conflict(values, at: place)
        }
        let known = ThreeWay(base: Set(base), mine: Set(mine), theirs: Set(theirs))
        let kept = mine.filter { known.theirs.contains($0) || !known.base.contains($0) }
        let added = theirs.filter { !known.mine.contains($0) && !known.base.contains($0) }
        let merged = kept + added
        return merged.isEmpty && (values.mine == nil || values.theirs == nil) ? nil : .array(merged)
    }

    /// Elements matched by id.
    ///
    /// One that mine removed stays removed; one that theirs removed and mine changed is a conflict.
    private mutating func list(_ values: ThreeWay<JSONValue?>, _ shape: Shape, at place: JSONPointer) -> JSONValue? {
        guard case .array(let list) = shape.form, let key = list.identity else { return form(values, shape, at: place) }
        let elements = values.map { IdentifiedList($0 ?? [], key: key) }
        guard let base = elements.base, let mine = elements.mine, let theirs = elements.theirs else {
            return conflict(values, at: place)
        }
        var merged: [String: JSONValue] = [:]
        for id in mine.ids + theirs.ids.filter({ mine[$0] == nil }) {
            let three = ThreeWay(base: base[id], mine: mine[id], theirs: theirs[id])
            let here = place.appending(id)
            if three.mine == nil, three.base != nil, !held.contains(here) { continue }
            // Two elements of one id that both sides made are two things, not two versions of one.
            merged[id] =
                three.base == nil && three.mine != nil && three.theirs != nil && !held.contains(here)
                ? conflict(three, at: here) : merge(three, list.element, at: here)
        }
        let order = IdentifiedList.order(base: base.ids, mine: mine.ids, theirs: theirs.ids)
        let result = order.compactMap { merged[$0] }
        return result.isEmpty && (values.mine == nil || values.theirs == nil) ? nil : .array(result)
    }
}
