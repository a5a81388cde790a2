import Foundation
import PatchbayModel

/// What a conversation has used of language models so far, in tokens and in money.
package struct ModelUse: Sendable, Equatable {
    private(set) var tokens = 0
    /// By currency; models without a price add nothing.
    private(set) var cost: [String: Decimal] = [:]

    var isEmpty: Bool { tokens == 0 && cost.isEmpty }

    /// Adds what an answer says it used: `{inputTokens, outputTokens, cost?: {amount, currency}}`.
    mutating func add(_ usage: JSONObject?) {
        guard let usage else { return }
        for key in ["inputTokens", "outputTokens"] {
            let (sum, overflow) = tokens.addingReportingOverflow(max(0, usage[key]?.int ?? 0))
            tokens = overflow ? .max : sum
        }
        guard let price = usage["cost"], let currency = price["currency"]?.string,
            let amount = price["amount"]?.string.flatMap({ Decimal(string: $0) })
        else { return }
        cost[currency, default: 0] += amount
    }

    /// Why no further model is called; nil while there is something left.
    ///
    /// The call that crosses a limit is still made: what it uses is known afterwards only.
    func failure(beyond limits: DialogLimits, at place: String) -> Failure? {
        if let most = limits.conversationTokens, tokens >= most {
            return Failure(
                .limit,
                "node '\(place)': the conversation has used \(tokens) of \(most) tokens of language models; "
                    + "'conversationTokens' in the home's settings.json allows more"
            )
        }
        for (currency, most) in limits.conversationCost.sorted(by: { $0.key < $1.key }) {
            guard let spent = cost[currency], spent >= most else { continue }
            return Failure(
                .limit,
                "node '\(place)': the conversation has cost \(spent) of \(most) \(currency) for language models; "
                    + "'conversationCost' in the home's settings.json allows more"
            )
        }
        return nil
    }

    /// `{tokens, cost: {currency: amount}}`.
    var json: JSONObject {
        let cost = cost.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.string($0.value.description)) }
        return ["tokens": .number(JSONNumber(tokens)), "cost": .object(JSONObject(cost))]
    }

    init() {}

    init(_ json: JSONValue) {
        tokens = max(0, json["tokens"]?.int ?? 0)
        for member in json["cost"]?.object?.members ?? [] {
            cost[member.key] = member.value.string.flatMap { Decimal(string: $0) }
        }
    }
}
