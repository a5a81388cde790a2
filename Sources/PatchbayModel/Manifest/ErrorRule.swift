/// What an answer must be like: all that is named must hold.
package struct AnswerTest: Sendable, Equatable {
    /// A test of one value; JSON null does not satisfy `exists`.
    package enum Comparison: Sendable, Equatable {
        case `in`([JSONValue])
        case equals(JSONValue)
        case exists(Bool)
        case contains(String)
    }

    /// A test of a header or of a place in the body.
    package struct Part: Sendable, Equatable {
        /// The header's name or the pointer into the body.
        package let place: String
        package let comparison: Comparison
    }

    /// The status codes; empty means any.
    package let statuses: [Int]
    package let header: Part?
    package let body: Part?

    init(_ fields: Fields) throws(DiagnosticError) {
        statuses = fields["status"]?.array?.compactMap(\.int) ?? []
        header = fields["header"].flatMap { Self.part($0, place: "name") }
        body = fields["body"].flatMap { Self.part($0, place: "pointer") }
    }

    private static func part(_ value: JSONValue, place: String) -> Part? {
        guard let name = value[place]?.string else { return nil }
        if let list = value["in"]?.array { return Part(place: name, comparison: .in(list)) }
        if let other = value["equals"] { return Part(place: name, comparison: .equals(other)) }
        if let text = value["contains"]?.string { return Part(place: name, comparison: .contains(text)) }
        return Part(place: name, comparison: .exists(value["exists"]?.bool ?? true))
    }

    /// Whether an answer passes.
    package func holds(status: Int, header: (String) -> String?, body: JSONValue) -> Bool {
        guard statuses.isEmpty || statuses.contains(status) else { return false }
        if let test = self.header, !Self.holds(test.comparison, header(test.place).map(JSONValue.string)) {
            return false
        }
        if let test = self.body {
            guard let pointer = JSONPointer(test.place), Self.holds(test.comparison, body[pointer]) else {
                return false
            }
        }
        return true
    }

    private static func holds(_ comparison: Comparison, _ value: JSONValue?) -> Bool {
        switch comparison {
        case .in(let list): value.map(list.contains) ?? false
        case .equals(let other): value == other
        case .exists(let wanted): (value.map { !$0.isNull } ?? false) == wanted
        case .contains(let text): value?.string?.contains(text) ?? value?.array?.contains(.string(text)) ?? false
        }
    }
}

/// Where a text stands in an answer: at a place of a JSON body, or in a header.
package enum MessagePlace: Sendable, Equatable {
    case pointer(JSONPointer)
    case header(String)

    init?(_ value: JSONValue) {
        if let pointer = value["pointer"]?.string.flatMap(JSONPointer.init) {
            self = .pointer(pointer)
        } else if let name = value["header"]?.string {
            self = .header(name)
        } else {
            return nil
        }
    }
}

/// What kind of failure an answer is.
package struct ErrorRule: Sendable, Equatable {
    /// Where the wait before the next try stands.
    package struct Wait: Sendable, Equatable {
        package let header: String?
        package let pointer: JSONPointer?
        /// `ms` or `s`; a date is understood in a header without unit.
        package let unit: String
    }

    package let when: AnswerTest
    package let kind: FailureKind
    /// Where this failure's words stand; nil means the manifest's `errorMessage`.
    package let message: MessagePlace?
    /// Whether to try again; nil means as the kind suggests.
    package let retries: Bool?
    package let waits: [Wait]

    init(_ fields: Fields) throws(DiagnosticError) {
        guard let when = try fields.nested("when", AnswerTest.init) else {
            throw fields.wrong("when", "'when' is missing")
        }
        self.when = when
        kind = try fields.choice("kind")
        message = fields["message"].flatMap(MessagePlace.init)
        retries = fields["retry"]?.bool ?? (fields["retry"]?.object == nil ? nil : true)
        waits =
            fields["retry"]?["after"]?.array?.map {
                Wait(
                    header: $0["header"]?.string,
                    pointer: ($0["pointer"]?.string ?? $0["body"]?["pointer"]?.string).flatMap(JSONPointer.init),
                    unit: $0["unit"]?.string ?? "s"
                )
            } ?? []
    }
}
