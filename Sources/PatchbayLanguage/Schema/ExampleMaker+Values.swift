import PatchbayModel

// What is made of a wish.
extension ExampleMaker {
    mutating func make(_ wish: ExampleWish, depth: Int) -> JSONValue {
        if let values = wish.values {
            let fitting = values.filter { wish.types?.takes($0) ?? true }
            return fitting.isEmpty ? values.first ?? .null : fitting[pick(fitting.count)]
        }
        let types = wish.types ?? (wish.hasObject ? .object : wish.hasList ? .array : Self.guessed(wish))
        if types.contains(.object), depth <= 8 || types == .object { return object(wish, depth: depth) }
        if types.contains(.array), depth <= 8 || types == .array { return array(wish, depth: depth) }
        if types.contains(.string) { return .string(text(wish)) }
        if types.contains(.integer) { return number(wish, isInteger: true) }
        if types.contains(.number) { return number(wish, isInteger: false) }
        if types.contains(.boolean) { return .bool(pick(2) == 0) }
        return types.contains(.object)
            ? object(wish, depth: depth) : types.contains(.array) ? array(wish, depth: depth) : .null
    }

    private static func guessed(_ wish: ExampleWish) -> SchemaTypes {
        let rules = wish.number
        let limits = [rules.minimum, rules.maximum, rules.above, rules.below, rules.multipleOf]
        return limits.contains { $0 != nil } ? .number : .string
    }

    private mutating func object(_ wish: ExampleWish, depth: Int) -> JSONValue {
        var result = JSONObject()
        let takesOptional = depth < Self.deepOptional && left > 0
        for key in wish.order {
            guard takesOptional || wish.required.contains(key), let nodes = wish.properties[key] else { continue }
            if !wish.required.contains(key), nodes.contains(where: { schema.nodes[$0].isNever }) { continue }
            result[key] = value(of: nodes, depth: depth + 1)
        }
        for key in wish.required where result[key] == nil { result[key] = additional(wish, depth: depth) }
        var number = 1
        while result.count < min(wish.leastKeys, 1000), number < 3000 {
            let key = newKey(wish, number, depth: depth)
            if result[key] == nil { result[key] = additional(wish, depth: depth) }
            number += 1
        }
        return .object(result)
    }

    private mutating func newKey(_ wish: ExampleWish, _ number: Int, depth: Int) -> String {
        let plain = "key\(number)"
        guard let names = wish.names, !schema.fits(.string(plain), names),
            let name = value(of: names, depth: depth + 1).string
        else { return plain }
        // The next key is a longer one of the same letter.
        let longer = name + String(repeating: name.last.map(String.init) ?? "", count: number - 1)
        return schema.fits(.string(longer), names) ? longer : name
    }

    private mutating func additional(_ wish: ExampleWish, depth: Int) -> JSONValue {
        wish.additional.map { value(of: $0, depth: depth + 1) } ?? .string(words(1))
    }

    private mutating func array(_ wish: ExampleWish, depth: Int) -> JSONValue {
        let rules = wish.list
        let wanted =
            depth < Self.deepOptional && left > 0 ? max(rules.least, rules.prefix.count, 1 + pick(2)) : rules.least
        let canHaveMore = rules.items.map { !schema.nodes[$0].isNever } ?? true
        let most = canHaveMore ? rules.most : min(rules.most, rules.prefix.count)
        var elements: [JSONValue] = []
        var tries = 0
        while elements.count < min(wanted, most, 1000), tries < 3000 {
            tries += 1
            let place = elements.count
            let contained = place == 0 ? rules.contains : nil
            let nodes = [place < rules.prefix.count ? rules.prefix[place] : rules.items, contained].compactMap(\.self)
            var element = nodes.isEmpty ? .string(words(1)) : value(of: nodes, depth: depth + 1)
            if rules.isUnique, elements.contains(element) {
                if elements.count >= rules.least, tries > 20 { break }
                if case .string(let text) = element,
                    schema.fits(.string("\(text) \(tries)"), nodes.first ?? 0) || nodes.isEmpty
                {
                    element = .string("\(text) \(tries)")
                } else if element.number != nil, nodes.allSatisfy({ schema.fits(.number(JSONNumber(tries)), $0) }) {
                    element = .number(JSONNumber(tries))
                }
                if elements.contains(element) { continue }
            }
            elements.append(element)
        }
        if let contained = rules.contains, elements.isEmpty, rules.most > 0 {
            elements.append(value(of: contained, depth: depth + 1))
        }
        return .array(elements)
    }

    private mutating func number(_ wish: ExampleWish, isInteger: Bool) -> JSONValue {
        let rules = wish.number
        let low = max(rules.minimum?.double ?? -.infinity, rules.above?.double ?? -.infinity)
        let high = min(rules.maximum?.double ?? .infinity, rules.below?.double ?? .infinity)
        let step = rules.multipleOf?.double ?? (isInteger ? 1 : 0)
        var tries: [Double] = []
        let start = low.isFinite ? low : high.isFinite ? min(high, 0) : 0
        let wanted = Double(pick(20)) + max(start, 1)
        if wanted <= high { tries.append(step > 0 ? (wanted / step).rounded(.up) * step : wanted) }
        if step > 0 {
            for count in 0..<4 { tries.append(((start / step).rounded(.up) + Double(count)) * step) }
            if high.isFinite { tries.append((high / step).rounded(.down) * step) }
        }
        tries += [start, start + 1, low.isFinite && high.isFinite ? (low + high) / 2 : 0, high]
        for candidate in tries {
            guard let number = JSONNumber(candidate), Self.fits(number, rules), !isInteger || number.isInteger else {
                continue
            }
            return .number(number)
        }
        return .number(rules.minimum ?? rules.maximum ?? JSONNumber(0))
    }

    private static func fits(_ number: JSONNumber, _ rules: NumberRules) -> Bool {
        if let limit = rules.minimum, number < limit { return false }
        if let limit = rules.maximum, limit < number { return false }
        if let limit = rules.above, !(limit < number) { return false }
        if let limit = rules.below, !(number < limit) { return false }
        return rules.multipleOf.map { ExactDecimal(number).isMultiple(of: ExactDecimal($0)) } ?? true
    }

    private mutating func text(_ wish: ExampleWish) -> String {
        if let pattern = wish.text.pattern, var text = pattern.example {
            // Patterns without an end can be filled up to the least length.
            while text.unicodeScalars.count < min(wish.text.least, 10_000), let last = text.last,
                pattern.matches(text + String(last))
            {
                text.append(last)
            }
            return text
        }
        var text = wish.format.flatMap { formatted($0) } ?? words(2)
        let least = min(wish.text.least, 100_000)
        while text.unicodeScalars.count < least { text += " " + words(1) }
        guard text.unicodeScalars.count > wish.text.most else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(max(least, wish.text.most))))
    }

    private mutating func formatted(_ format: String) -> String? {
        let number = pick(28) + 1
        let day = CivilTime.padded(number, 2)
        switch format {
        case "date-time": return "2026-01-\(day)T09:30:00Z"
        case "date": return "2026-01-\(day)"
        case "time": return "09:30:00Z"
        case "duration": return "PT\(number)M"
        case "email", "idn-email": return "person\(number)@example.com"
        case "hostname", "idn-hostname": return "host\(number).example.com"
        case "ipv4": return "192.0.2.\(number)"
        case "ipv6": return "2001:db8::\(number)"
        case "uri", "iri", "url": return "https://example.com/\(number)"
        case "uri-reference", "iri-reference": return "/\(number)"
        case "json-pointer": return "/\(number)"
        case "uuid":
            let digits = Array("0123456789abcdef")
            return String("xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".map { $0 == "x" ? digits[pick(16)] : $0 })
        default: return nil
        }
    }

    private mutating func words(_ count: Int) -> String {
        let words = ["amber", "birch", "cedar", "delta", "ember", "field", "grove", "harbor", "island", "juniper"]
        return (0..<count).map { _ in words[pick(words.count)] }.joined(separator: " ")
    }
}
