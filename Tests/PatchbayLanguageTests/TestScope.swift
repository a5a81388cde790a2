import Foundation
import PatchbayModel

@testable import PatchbayLanguage

/// A conversation's values, as expressions see them in these tests.
struct TestScope: ExpressionScope {
    var roots: JSONObject
    var now = Date(timeIntervalSince1970: 1_767_323_045)
    var language = "en"
    var timeZone = TimeZone(secondsFromGMT: 3600) ?? .gmt

    func lookup(_ name: String) -> JSONValue? { roots[name] }

    func title(of value: JSONValue, at path: [String]) -> String? {
        guard path == ["context", "entities", "priority"] else { return nil }
        return ["urgent": "Dringend", "normal": "Normal"][value.string ?? ""]
    }

    static func sample() throws -> TestScope {
        let text = #"""
            {"context": {
               "entities": {"priority": "urgent", "name": "Ada", "empty": "", "nothing": null, "when": "2026-03-29T00:30:00Z"},
               "skills": ["Swift", "SQL"], "priorities": ["urgent", "normal", "other"], "none": [], "mixed": [1, {"a": 2}],
               "total": 0.10, "big": 1e400, "count": 3, "text3": "3", "flag": true, "price": 1234567.895, "braces": "{{env.model}}",
               "a b": 1, "söme": "x", "length": 5, "long": "  a,b,,c  ", "env2": {"deep": [{"x": 1}, {"x": [7, 8]}]}},
             "env": {"model": "gpt"}, "tool": {"subject": "S"}}
            """#
        return TestScope(roots: try json(text).object ?? JSONObject())
    }
}
