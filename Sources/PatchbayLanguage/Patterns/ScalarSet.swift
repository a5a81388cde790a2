/// The characters that one place of a pattern takes.
struct ScalarSet: Hashable {
    /// Code points, inclusive.
    var ranges: [ClosedRange<UInt32>] = []
    /// General categories, one bit each in the order of ``categoryNames``.
    var categories: UInt32 = 0
    var isNegated = false

    static let last: UInt32 = 0x10FFFF

    /// ECMA-262 `\d`.
    static let digits = ScalarSet(ranges: [0x30...0x39])
    /// ECMA-262 `\w`, without the `i` flag.
    static let word = ScalarSet(ranges: [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    /// ECMA-262 `\s`: WhiteSpace and LineTerminator.
    static let space = ScalarSet(ranges: [
        0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F,
        0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
    ])
    /// ECMA-262 `.` without the `s` flag.
    static let notLineEnd = ScalarSet(
        ranges: [0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029],
        isNegated: true
    )

    /// The same characters without negation, so that sets can be joined.
    var positive: ScalarSet {
        guard isNegated else { return self }
        guard ranges.isEmpty else {
            // Only sets of ranges alone are negated inside brackets.
            return ScalarSet(ranges: Self.complement(of: ranges))
        }
        return ScalarSet(categories: ~categories & Self.everyCategory)
    }

    mutating func add(_ other: ScalarSet) {
        let other = other.positive
        ranges += other.ranges
        categories |= other.categories
    }

    func contains(_ value: UInt32, category: Int) -> Bool {
        (categories >> UInt32(category) & 1 == 1 || ranges.contains { $0.contains(value) }) != isNegated
    }

    private static func complement(of ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { result.append(next...range.lowerBound - 1) }
            next = max(next, range.upperBound + 1)
        }
        if next <= last { result.append(next...last) }
        return result
    }
}

extension ScalarSet {
    static let everyCategory: UInt32 = 1 << 30 - 1

    /// Short and long names of the general categories (Unicode, PropertyValueAliases), in the order of their bits.
    static let categoryNames: [(short: String, long: String)] = [
        ("Lu", "Uppercase_Letter"), ("Ll", "Lowercase_Letter"), ("Lt", "Titlecase_Letter"), ("Lm", "Modifier_Letter"),
        ("Lo", "Other_Letter"), ("Mn", "Nonspacing_Mark"), ("Mc", "Spacing_Mark"), ("Me", "Enclosing_Mark"),
        ("Nd", "Decimal_Number"), ("Nl", "Letter_Number"), ("No", "Other_Number"), ("Pc", "Connector_Punctuation"),
        ("Pd", "Dash_Punctuation"), ("Ps", "Open_Punctuation"), ("Pe", "Close_Punctuation"),
        ("Pi", "Initial_Punctuation"), ("Pf", "Final_Punctuation"), ("Po", "Other_Punctuation"), ("Sm", "Math_Symbol"),
        ("Sc", "Currency_Symbol"), ("Sk", "Modifier_Symbol"), ("So", "Other_Symbol"), ("Zs", "Space_Separator"),
        ("Zl", "Line_Separator"), ("Zp", "Paragraph_Separator"), ("Cc", "Control"), ("Cf", "Format"),
        ("Cs", "Surrogate"), ("Co", "Private_Use"), ("Cn", "Unassigned"),
    ]

    private static let groupNames: [String: String] = [
        "Letter": "L", "Cased_Letter": "LC", "Mark": "M", "Number": "N", "Punctuation": "P", "Symbol": "S",
        "Separator": "Z", "Other": "C", "digit": "Nd", "punct": "P", "cntrl": "Cc", "Combining_Mark": "M",
    ]

    /// The set of a property name, `L`, `Lu`, `Letter`, `gc=Lu`, `Any`, `ASCII`; nil for another property.
    init?(property written: String) {
        var name = written
        for prefix in ["gc=", "General_Category="] where name.hasPrefix(prefix) {
            name = String(name.dropFirst(prefix.count))
        }
        switch name {
        case "Any":
            self.init(ranges: [0...Self.last])
            return
        case "ASCII":
            self.init(ranges: [0...0x7F])
            return
        default: break
        }
        name = Self.groupNames[name] ?? name
        var bits: UInt32 = 0
        for (place, category) in Self.categoryNames.enumerated() {
            let isCased = name == "LC" && place < 3
            let isGroup = name.utf8.count == 1 && category.short.hasPrefix(name)
            if category.short == name || category.long == name || isGroup || isCased { bits |= 1 << UInt32(place) }
        }
        guard bits != 0 else { return nil }
        self.init(categories: bits)
    }
}

extension Unicode.Scalar {
    /// The place of the scalar's general category in ``ScalarSet/categoryNames``.
    var categoryPlace: Int {
        switch properties.generalCategory {
        case .uppercaseLetter: 0
        case .lowercaseLetter: 1
        case .titlecaseLetter: 2
        case .modifierLetter: 3
        case .otherLetter: 4
        case .nonspacingMark: 5
        case .spacingMark: 6
        case .enclosingMark: 7
        case .decimalNumber: 8
        case .letterNumber: 9
        case .otherNumber: 10
        case .connectorPunctuation: 11
        case .dashPunctuation: 12
        case .openPunctuation: 13
        case .closePunctuation: 14
        case .initialPunctuation: 15
        case .finalPunctuation: 16
        case .otherPunctuation: 17
        case .mathSymbol: 18
        case .currencySymbol: 19
        case .modifierSymbol: 20
        case .otherSymbol: 21
        case .spaceSeparator: 22
        case .lineSeparator: 23
        case .paragraphSeparator: 24
        case .control: 25
        case .format: 26
        case .surrogate: 27
        case .privateUse: 28
        case .unassigned: 29
        @unknown default: 29
        }
    }
}
