import PatchbayModel

extension JSONValue {
    /// Whether two values are the same as JSON Schema compares: strings by their code points, numbers by value.
    ///
    /// `==` also takes two Unicode forms of one text as equal, which schemas must tell apart.
    func isIdentical(to other: JSONValue) -> Bool {
        switch (self, other) {
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.isIdentical(to: $1) }
        case (.object(let left), .object(let right)):
            left.count == right.count
                && left.members.allSatisfy { member in
                    right[member.key]?.isIdentical(to: member.value) ?? false
                }
        default: self == other
        }
    }
}
