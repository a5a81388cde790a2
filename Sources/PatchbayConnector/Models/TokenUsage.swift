import Foundation
import PatchbayModel

/// How many tokens a model call used, and what they cost.
struct TokenUsage: Equatable {
    let input: Int
    let output: Int
    /// Those of `input` that the service had read before.
    let cachedInput: Int?

    init(input: Int, output: Int, cachedInput: Int? = nil) {
        self.input = max(0, input)
        self.output = max(0, output)
        self.cachedInput = cachedInput.map { min(max(0, $0), max(0, input)) }
    }

    /// Takes the numbers out of an answer; nil when it has none.
    ///
    /// The pointers are one to an object of the usual names, or `{input, cachedInput, output}`.
    init?(_ body: JSONValue, pointers: JSONValue?) {
        func number(_ key: String) -> Int? {
            pointers?[key]?.string.flatMap(JSONPointer.init).flatMap { body[$0]?.int }
        }
        if let input = number("input") {
            self.init(input: input, output: number("output") ?? 0, cachedInput: number("cachedInput"))
            return
        }
        let place = pointers?.string.flatMap(JSONPointer.init) ?? JSONPointer(tokens: ["usage"])
        guard let usage = body[place] else { return nil }
        guard let input = Self.first(usage, ["prompt_tokens", "input_tokens", "inputTokens"]) else { return nil }
        let details = usage["prompt_tokens_details"] ?? usage["input_tokens_details"]
        self.init(
            input: input,
            output: Self.first(usage, ["completion_tokens", "output_tokens", "outputTokens"]) ?? 0,
            cachedInput: details?["cached_tokens"]?.int
        )
    }

    private static func first(_ usage: JSONValue, _ keys: [String]) -> Int? {
        keys.lazy.compactMap { usage[$0]?.int }.first
    }

    /// `{inputTokens, outputTokens, cachedInputTokens?, cost?: {amount, currency}}`.
    func json(price: ModelPrice?) -> JSONObject {
        var object: JSONObject = [
            "inputTokens": .number(JSONNumber(input)), "outputTokens": .number(JSONNumber(output)),
        ]
        object["cachedInputTokens"] = cachedInput.map { .number(JSONNumber($0)) }
        if let price, let amount = cost(price) {
            object["cost"] = ["amount": .string(amount), "currency": .string(price.currency)]
        }
        return object
    }

    /// The cost as a decimal string, exact but for rounding to 8 digits after the point; nil when a price is no
    /// decimal.
    func cost(_ price: ModelPrice) -> String? {
        guard let perInput = Self.decimal(price.perMillionInput) else { return nil }
        let perCached = price.perMillionCachedInput.flatMap(Self.decimal) ?? perInput
        let perOutput = price.perMillionOutput.flatMap(Self.decimal) ?? 0
        let cached = Decimal(cachedInput ?? 0)
        var sum = ((Decimal(input) - cached) * perInput + cached * perCached + Decimal(output) * perOutput) / 1_000_000
        var rounded = Decimal()
        unsafe NSDecimalRound(&rounded, &sum, 8, .plain)
        return rounded.description
    }

    private static func decimal(_ text: String) -> Decimal? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }) else { return nil }
        return Decimal(string: text, locale: Locale(identifier: "en_US_POSIX"))
    }
}
