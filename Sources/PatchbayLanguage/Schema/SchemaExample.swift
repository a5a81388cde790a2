package import PatchbayModel

extension JSONSchema {
    /// A value that fits the schema, the same for the same seed.
    ///
    /// Made from `type`, `const`, `enum`, `properties`, `required`, `items`, `prefixItems`, the limits of numbers,
    /// lengths and counts, `pattern`, `format`, `$ref`, `allOf`, `anyOf`, `oneOf`, `if`, `dependentRequired`,
    /// `dependentSchemas`, `propertyNames`. Where these contradict each other, or `not` and the like ask for more, the
    /// result is as near as a few tries come: ask ``isValid(_:)``.
    package func example(seed: UInt64) -> JSONValue {
        var last = JSONValue.null
        for attempt in 0..<16 {
            let seed = seed &+ UInt64(attempt) &* 0x9E37_79B9
            var maker = ExampleMaker(schema: self, seed: seed, meetsConditions: attempt % 2 == 0)
            last = maker.value(of: root, depth: 0)
            if isValid(last) { break }
        }
        return last
    }

    /// A value that fits one of the schemas that this one is made of.
    func fits(_ value: JSONValue, _ node: Int) -> Bool {
        var validator = SchemaValidator(nodes: nodes, collects: false)
        return validator.check(node, value)
    }
}

/// What several schemas ask of one value together.
private struct Wish {
    var types: SchemaTypes?
    var values: [JSONValue]?
    var number = NumberRules()
    var text = TextRules()
    var list = ListRules()
    var hasList = false
    var order: [String] = []
    var properties: [String: [Int]] = [:]
    var required: [String] = []
    var leastKeys = 0
    var names: Int?
    var additional: Int?
    var hasObject = false
    var format: String?
}

/// Builds one example.
private struct ExampleMaker {
    let schema: JSONSchema
    var chance: SplitMix64
    /// How many values there may be before only what is required is made.
    private var left = 2000

    /// How deep optional members and elements go.
    private static let deepOptional = 5
    /// How deep anything goes; schemas that ask for more cannot be satisfied.
    private static let deepest = 60

    /// Whether the value is to be one that an `if` speaks of.
    private let meetsConditions: Bool

    init(schema: JSONSchema, seed: UInt64, meetsConditions: Bool) {
        self.schema = schema
        self.meetsConditions = meetsConditions
        chance = SplitMix64(seed: seed)
    }

    mutating func value(of node: Int, depth: Int) -> JSONValue { value(of: [node], depth: depth) }

    private mutating func value(of nodes: [Int], depth: Int) -> JSONValue {
        left -= 1
        guard depth < Self.deepest else { return .null }
        var wish = Wish()
        for node in nodes { gather(node, into: &wish, depth: depth, value: 0) }
        return make(wish, depth: depth)
    }

    private mutating func pick(_ count: Int) -> Int { count > 1 ? Int(chance.next() % UInt64(count)) : 0 }

    // MARK: - What is asked

    private mutating func gather(_ index: Int, into wish: inout Wish, depth: Int, value level: Int) {
        guard level < 128 else { return }
        let node = schema.nodes[index]
        if let types = node.types { wish.types = Self.both(wish.types, types) }
        if let constant = node.constant { wish.values = [constant] }
        if let values = node.values { wish.values = wish.values.map { old in old.filter(values.contains) } ?? values }
        if let format = node.format { wish.format = format }
        if let rules = node.number { Self.merge(rules, into: &wish.number) }
        if let rules = node.text {
            wish.text.least = max(wish.text.least, rules.least)
            wish.text.most = min(wish.text.most, rules.most)
            wish.text.pattern = rules.pattern ?? wish.text.pattern
        }
        if let rules = node.list {
            wish.hasList = true
            wish.list.least = max(wish.list.least, rules.least)
            wish.list.most = min(wish.list.most, rules.most)
            if !rules.prefix.isEmpty { wish.list.prefix = rules.prefix }
            wish.list.items = rules.items ?? wish.list.items
            if let contained = rules.contains, rules.leastContained > 0 { wish.list.contains = contained }
            wish.list.isUnique = wish.list.isUnique || rules.isUnique
        }
        if let rules = node.object {
            wish.hasObject = true
            for key in rules.order {
                if wish.properties[key] == nil { wish.order.append(key) }
                if let property = rules.properties[key] { wish.properties[key, default: []].append(property) }
            }
            wish.required += rules.required.filter { !wish.required.contains($0) }
            wish.leastKeys = max(wish.leastKeys, rules.least)
            wish.additional = rules.additional ?? wish.additional
            wish.names = rules.names ?? wish.names
            let keys = Set(rules.order + rules.required)
            for rule in rules.dependentKeys where keys.contains(rule.key) {
                wish.required += rule.required.filter { !wish.required.contains($0) }
            }
            for rule in rules.dependent where keys.contains(rule.key) {
                gather(rule.schema, into: &wish, depth: depth, value: level + 1)
            }
        }
        guard let logic = node.logic else { return }
        if let condition = logic.condition {
            for part in meetsConditions ? [condition, logic.then] : [logic.otherwise] {
                if let part { gather(part, into: &wish, depth: depth, value: level + 1) }
            }
        }
        for part in logic.all { gather(part, into: &wish, depth: depth, value: level + 1) }
        for forms in [logic.any, logic.one] where !forms.isEmpty {
            gather(choose(forms, depth: depth), into: &wish, depth: depth, value: level + 1)
        }
    }

    /// A form of several; deep inside, the one that is likely to end soonest.
    private mutating func choose(_ forms: [Int], depth: Int) -> Int {
        guard depth > 8 || left < 0 else { return forms[pick(forms.count)] }
        return forms.min { weight($0, level: 0) < weight($1, level: 0) } ?? forms[0]
    }

    private func weight(_ index: Int, level: Int) -> Int {
        let node = schema.nodes[index]
        if node.constant != nil || node.values != nil { return 0 }
        guard level < 3 else { return 50 }
        let inner = node.logic?.all.map { weight($0, level: level + 1) }.max() ?? 0
        let members = (node.object?.required.count ?? 0) * 10 + (node.object == nil ? 0 : 2)
        return 1 + inner + members + (node.list?.least ?? 0) * 10
    }

    private static func both(_ left: SchemaTypes?, _ right: SchemaTypes) -> SchemaTypes {
        guard let left else { return right }
        var both = left.intersection(right)
        if left.contains(.number), right.contains(.integer) || left.contains(.integer), right.contains(.number) {
            both.insert(.integer)
        }
        return both.isEmpty ? right : both
    }

    private static func merge(_ rules: NumberRules, into wish: inout NumberRules) {
        wish.minimum = [wish.minimum, rules.minimum].compactMap(\.self).max()
        wish.maximum = [wish.maximum, rules.maximum].compactMap(\.self).min()
        wish.above = [wish.above, rules.above].compactMap(\.self).max()
        wish.below = [wish.below, rules.below].compactMap(\.self).min()
        wish.multipleOf = rules.multipleOf ?? wish.multipleOf
    }

    // MARK: - What is made

    private mutating func make(_ wish: Wish, depth: Int) -> JSONValue {
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

    private static func guessed(_ wish: Wish) -> SchemaTypes {
        let rules = wish.number
        let limits = [rules.minimum, rules.maximum, rules.above, rules.below, rules.multipleOf]
        return limits.contains { $0 != nil } ? .number : .string
    }

    private mutating func object(_ wish: Wish, depth: Int) -> JSONValue {
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

    private mutating func newKey(_ wish: Wish, _ number: Int, depth: Int) -> String {
        let plain = "key\(number)"
        guard let names = wish.names, !schema.fits(.string(plain), names),
            let name = value(of: names, depth: depth + 1).string
        else { return plain }
        // The next key is a longer one of the same letter.
        let longer = name + String(repeating: name.last.map(String.init) ?? "", count: number - 1)
        return schema.fits(.string(longer), names) ? longer : name
    }

    private mutating func additional(_ wish: Wish, depth: Int) -> JSONValue {
        wish.additional.map { value(of: $0, depth: depth + 1) } ?? .string(words(1))
    }

    private mutating func array(_ wish: Wish, depth: Int) -> JSONValue {
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

    private mutating func number(_ wish: Wish, isInteger: Bool) -> JSONValue {
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

    private mutating func text(_ wish: Wish) -> String {
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
