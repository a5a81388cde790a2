import PatchbayModel

/// The documents of a schema: what stands where, under which address and anchor.
struct SchemaResources {
    /// A place in one of the documents.
    struct Location: Hashable {
        let document: Int
        var tokens: [String]
    }

    /// A place with the address that references there are relative to, its own `$id` taken into account.
    struct Place {
        var location: Location
        var base: String
    }

    private(set) var documents: [(name: String, value: JSONValue)] = []
    private var byAddress: [String: Place] = [:]
    private var byAnchor: [String: Place] = [:]

    /// The keywords whose value is a schema, a list of schemas, a map of schemas.
    static let single = ["additionalProperties", "contains", "items", "not", "if", "then", "else", "propertyNames"]
    static let lists = ["allOf", "anyOf", "oneOf", "prefixItems"]
    static let maps = ["properties", "patternProperties", "dependentSchemas", "$defs"]

    /// Takes a document in and finds its addresses and anchors.
    mutating func add(_ value: JSONValue, named name: String) -> Place {
        documents.append((name, value))
        let root = Location(document: documents.count - 1, tokens: [])
        let place = Place(location: root, base: Self.base(of: value, in: name))
        byAddress[name] = place
        index(value, at: Place(location: root, base: name))
        return place
    }

    func value(at location: Location) -> JSONValue? {
        documents[location.document].value[JSONPointer(tokens: location.tokens)]
    }

    /// The place that an address names, without its fragment.
    func place(of address: String) -> Place? { byAddress[address] }

    func place(ofAnchor anchor: String, in address: String) -> Place? { byAnchor[address + "#" + anchor] }

    /// The place further in; nil when nothing stands there.
    func descend(from place: Place, by tokens: [String]) -> Place? {
        var place = place
        for token in tokens {
            place.location.tokens.append(token)
            guard let value = value(at: place.location) else { return nil }
            place.base = Self.base(of: value, in: place.base)
        }
        return place
    }

    /// What references inside a schema are relative to.
    static func base(of value: JSONValue, in outer: String) -> String {
        guard let id = value.object?["$id"]?.string else { return outer }
        return URIReference(id).resolved(against: outer)
    }

    /// The place comes with the base around it; its own `$id` is looked at here.
    private mutating func index(_ value: JSONValue, at place: Place) {
        guard let object = value.object else { return }
        var place = place
        place.base = Self.base(of: value, in: place.base)
        if object["$id"]?.string != nil { byAddress[place.base] = place }
        if let anchor = object["$anchor"]?.string { byAnchor[place.base + "#" + anchor] = place }
        for member in object.members {
            var inner = place
            inner.location.tokens.append(member.key)
            if Self.single.contains(member.key) {
                index(member.value, at: inner)
            } else if Self.lists.contains(member.key), let elements = member.value.array {
                for (number, element) in elements.enumerated() { index(element, at: inner, String(number)) }
            } else if Self.maps.contains(member.key), let members = member.value.object?.members {
                for member in members { index(member.value, at: inner, member.key) }
            }
        }
    }

    private mutating func index(_ value: JSONValue, at place: Place, _ token: String) {
        var inner = place
        inner.location.tokens.append(token)
        index(value, at: inner)
    }
}
