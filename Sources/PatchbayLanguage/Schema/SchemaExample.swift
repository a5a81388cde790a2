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
        return validator.check(node, value) && validator.surrender == nil
    }
}
