import PatchbayModel

/// What several schemas ask of one value together.
struct ExampleWish {
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
struct ExampleMaker {
    let schema: JSONSchema
    var chance: SplitMix64
    /// How many values there may be before only what is required is made.
    var left = 2000

    /// How deep optional members and elements go.
    static let deepOptional = 5
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

    mutating func value(of nodes: [Int], depth: Int) -> JSONValue {
        left -= 1
        guard depth < Self.deepest else { return .null }
        var wish = ExampleWish()
        for node in nodes { gather(node, into: &wish, depth: depth, value: 0) }
        return make(wish, depth: depth)
    }

    mutating func pick(_ count: Int) -> Int { count > 1 ? Int(chance.next() % UInt64(count)) : 0 }

    private mutating func gather(_ index: Int, into wish: inout ExampleWish, depth: Int, value level: Int) {
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
}
