/// The members of a JSON object, in the order they were written; each key once.
package struct JSONObject: Sendable {
    /// One key with its value.
    package struct Member: Sendable, Hashable {
        package let key: String
        package var value: JSONValue
    }

    /// The members in order.
    package private(set) var members: [Member]

    /// Where each key stands; kept only for objects too long to search through.
    private var index: [String: Int]?

    private static let longestSearched = 16

    /// An object without members.
    package init() {
        members = []
    }

    /// An object of the given members; of two with one key the later value wins, at the first one's place.
    package init(_ pairs: some Sequence<(String, JSONValue)>) {
        members = []
        for (key, value) in pairs { self[key] = value }
    }

    /// An object of members whose keys are known to differ.
    package init(unique members: [Member]) {
        self.members = members
        if members.count > Self.longestSearched { rebuildIndex() }
    }

    /// The value of a key.
    ///
    /// Setting a new key appends it; setting nil removes it.
    package subscript(key: String) -> JSONValue? {
        get { position(of: key).map { members[$0].value } }
        set {
            switch (position(of: key), newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil):
                members.remove(at: place)
                if index != nil { rebuildIndex() }
            case (nil, let value?):
                index?[key] = members.count
                members.append(Member(key: key, value: value))
                if index == nil, members.count > Self.longestSearched { rebuildIndex() }
            case (nil, nil): break
            }
        }
    }

    /// The keys in order.
    package var keys: [String] { members.map(\.key) }

    package var isEmpty: Bool { members.isEmpty }

    package var count: Int { members.count }

    /// Sets a value deep inside, making objects on the way where there are none.
    package mutating func set(_ value: JSONValue?, at path: some Collection<String>) {
        guard let key = path.first else { return }
        if path.count == 1 {
            self[key] = value
        } else {
            var child = self[key]?.object ?? JSONObject()
            child.set(value, at: path.dropFirst())
            self[key] = .object(child)
        }
    }

    private func position(of key: String) -> Int? {
        if let index { return index[key] }
        return members.firstIndex { $0.key == key }
    }

    private mutating func rebuildIndex() {
        index = Dictionary(members.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    }
}

extension JSONObject: Hashable {
    package static func == (left: Self, right: Self) -> Bool {
        left.count == right.count && left.members.allSatisfy { right[$0.key] == $0.value }
    }

    package func hash(into hasher: inout Hasher) {
        var sum = 0
        for member in members {
            var one = Hasher()
            one.combine(member.key)
            one.combine(member.value)
            sum ^= one.finalize()
        }
        hasher.combine(sum)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
