import Foundation
import PatchbayConnector
import PatchbayLanguage
import PatchbayModel

/// Answers of operations that map to no model: by the manifest's sandbox rule, or made from the answer's schema.
struct SimulatedOperation {
    let request: SandboxRequest

    /// The answer of the operation's sandbox rule; nil where it has none.
    func ruled() -> JSONValue? {
        let rule = request.manifest.sandbox.operations[request.operation.id.rawValue]
        switch rule?["do"]?.string {
        case "embed":
            let model = request.input("model")?.string.flatMap { request.manifest.model(named: $0) }
            return embeddings(dimensions: model?.dimensions ?? rule?["dimensions"]?.int ?? 256)
        case .some: return example()
        case nil: return nil
        }
    }

    /// An answer that satisfies the response's schema, the same for the same request; nil where there is no schema.
    func example() -> JSONValue? {
        guard let schema = request.operation.response.schema,
            let compiled = try? PluginSchema.compile(schema, of: request.plugin)
        else { return nil }
        return compiled.example(seed: Fingerprint.hash(request.parts.bytes))
    }

    // MARK: - Embeddings

    private func embeddings(dimensions usual: Int) -> JSONValue {
        let dimensions = min(max(request.body["dimensions"]?.int ?? usual, 1), 4_096)
        let isPacked = request.body["encoding_format"] == "base64"
        let inputs = Self.inputs(request.body["input"] ?? .null)
        let data = inputs.enumerated().map { place, words -> JSONValue in
            let vector = Self.vector(words, dimensions: dimensions)
            return [
                "object": "embedding", "index": .number(JSONNumber(place)),
                "embedding": isPacked
                    ? .string(Self.packed(vector))
                    : .array(vector.map { JSONNumber(Double($0)).map(JSONValue.number) ?? 0 }),
            ]
        }
        let tokens = JSONValue.number(JSONNumber(inputs.reduce(0) { $0 + $1.count }))
        return [
            "object": "list", "data": .array(data), "model": request.input("model") ?? .string(ModelWire.fingerprint),
            "usage": ["prompt_tokens": tokens, "total_tokens": tokens],
        ]
    }

    /// The words of each text; a list of numbers is one text of tokens.
    private static func inputs(_ value: JSONValue) -> [[String]] {
        switch value {
        case .string(let text): [PlainText.words(text)]
        case .array(let elements) where elements.contains { $0.number != nil }:
            [elements.compactMap { $0.number?.text }]
        case .array(let elements): elements.flatMap(inputs)
        default: []
        }
    }

    /// A vector of length one in which texts with the same words lie near each other: each word adds to a few places
    /// that its hash chooses.
    static func vector(_ words: [String], dimensions: Int) -> [Float] {
        var sums = [Double](repeating: 0, count: dimensions)
        for word in words.isEmpty ? [""] : words {
            var chance = SplitMix64(seed: Fingerprint.hash(TermOverlap.stem(word)))
            for _ in 0..<8 {
                let bits = chance.next()
                sums[Int(bits >> 1) % dimensions] += bits & 1 == 0 ? 1 : -1
            }
        }
        var length = sums.reduce(0) { $0 + $1 * $1 }.squareRoot()
        if length == 0 {
            sums[0] = 1
            length = 1
        }
        return sums.map { Float($0 / length) }
    }

    /// The numbers as little-endian 32-bit floats in base64.
    private static func packed(_ vector: [Float]) -> String {
        var bytes: [UInt8] = []
        for number in vector {
            let bits = number.bitPattern
            bytes += [
                UInt8(truncatingIfNeeded: bits), UInt8(truncatingIfNeeded: bits >> 8),
                UInt8(truncatingIfNeeded: bits >> 16), UInt8(truncatingIfNeeded: bits >> 24),
            ]
        }
        return Data(bytes).base64EncodedString()
    }
}
