extension ShapeChecker {
    mutating func checkText(_ value: JSONValue, _ kind: TextKind, name: String) {
        guard case .string(let text) = value else { return wrongType(value, "a string") }
        if !kind.matches(text) { find("\(shown(value)) in '\(name)' is not \(kind.noun)", remedy: kind.hint) }
    }

    mutating func checkWord(_ value: JSONValue, _ words: [String], name: String) {
        guard case .string(let word) = value else { return wrongType(value, "one of " + words.joined(separator: ", ")) }
        guard !words.contains(word) else { return }
        // `method` is a word for what stands there, `in` is none.
        let message =
            name.utf8.count > 4 || name == "kind" || name == "type" || name == "mode"
            ? "unknown \(name) \(shown(value))" : "unknown value \(shown(value)) of '\(name)'"
        find(message, remedy: remedy(for: word, among: words))
    }

    mutating func checkNumber(_ value: JSONValue, _ least: Double?, _ most: Double?, name: String) {
        guard case .number(let number) = value else { return wrongType(value, "a number") }
        guard least != nil || most != nil else { return }
        let double = number.double
        if double < least ?? -.infinity || double > most ?? .infinity {
            find("'\(name)' is \(number.text)", remedy: rangeWords(least.map(short), most.map(short)))
        }
    }

    mutating func checkInteger(_ value: JSONValue, _ least: Int?, _ most: Int?, name: String) {
        guard case .number(let number) = value else { return wrongType(value, "a whole number") }
        guard let int = number.int else {
            let range = rangeWords(least.map(String.init), most.map(String.init))
            if number.isInteger, least == nil && number.double < 0 || most == nil && number.double > 0 { return }
            return find(
                "'\(name)' is \(shown(value))",
                remedy: "write a whole number" + (range.map { "; " + $0 } ?? "")
            )
        }
        if int < least ?? .min || int > most ?? .max {
            find("'\(name)' is \(number.text)", remedy: rangeWords(least.map(String.init), most.map(String.init)))
        }
    }

    mutating func checkList(_ value: JSONValue, _ list: ListShape, name: String) {
        guard case .array(let elements) = value else { return wrongType(value, "a list") }
        if elements.count < list.minimumCount {
            find("'\(name)' has \(elements.count) elements", remedy: "write at least \(list.minimumCount)")
        }
        for (index, element) in elements.enumerated() {
            let count = findings.count
            check(element, list.element, name: name)
            under(String(index), since: count)
        }
        if let identity = list.identity { findRepeatedIDs(in: elements, identity) }
        if list.isSet, elements.count > 1 { findRepeatedElements(in: elements) }
    }

    private mutating func findRepeatedIDs(in elements: [JSONValue], _ key: String) {
        guard elements.count > 1 else { return }
        var seen = NameSet(capacity: elements.count)
        for (index, element) in elements.enumerated() {
            guard case .object(let object) = element, case .string(let id)? = object[key], !seen.insert(id) else {
                continue
            }
            findings.append(
                Finding(
                    place: [key, String(index)],
                    message: "\(key) '\(id)' stands twice in one list",
                    remedy: "choose another; upper and lower case count as the same"
                )
            )
        }
    }

    private mutating func findRepeatedElements(in elements: [JSONValue]) {
        if elements.count <= 8 {
            for index in elements.indices.dropFirst() where elements[..<index].contains(elements[index]) {
                findRepeated(elements[index], index)
            }
        } else {
            var seen: Set<JSONValue> = []
            for (index, element) in elements.enumerated() where !seen.insert(element).inserted {
                findRepeated(element, index)
            }
        }
    }

    private mutating func findRepeated(_ element: JSONValue, _ index: Int) {
        find(at: String(index), "\(shown(element)) stands twice in one list", remedy: "remove one")
    }

    mutating func checkMap(_ value: JSONValue, _ keys: TextKind, _ values: Shape, name: String) {
        guard case .object(let object) = value else { return wrongType(value, "an object") }
        for member in object.members {
            let count = findings.count
            if !keys.matches(member.key) {
                find("the key '\(member.key)' in '\(name)' is not \(keys.noun)", remedy: keys.hint)
            }
            check(member.value, values, name: member.key)
            under(member.key, since: count)
        }
    }

    private func short(_ double: Double) -> String { JSONNumber(double)?.text ?? "\(double)" }

    private func rangeWords(_ least: String?, _ most: String?) -> String? {
        switch (least, most) {
        case (let least?, let most?): "use \(least) to \(most)"
        case (let least?, nil): "use at least \(least)"
        case (nil, let most?): "use at most \(most)"
        case (nil, nil): nil
        }
    }
}
