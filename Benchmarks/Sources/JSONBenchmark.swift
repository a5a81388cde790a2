import Foundation
import PatchbayLanguage
import PatchbayModel

/// The JSON reader beside Foundation's.
enum JSONBenchmark {
    static func rows(_ material: Material) async throws -> [Row] {
        let texts = try RegistryBenchmark.manifests(material)
        let reader = JSONReader()
        let reading = try await Comparison {
            for bytes in texts { _ = try reader.read(bytes) }
            return 1
        } other: {
            for bytes in texts { _ = try JSONSerialization.jsonObject(with: Data(bytes)) }
            return 1
        }
        let values = try texts.map { try reader.read($0) }
        let objects = try texts.map { try JSONSerialization.jsonObject(with: Data($0)) }
        let writer = JSONWriter()
        let writing = try await Comparison {
            for value in values { _ = writer.bytes(value) }
            return 1
        } other: {
            for object in objects { _ = try JSONSerialization.data(withJSONObject: object) }
            return 1
        }
        return [
            row("JSON reader, \(texts.count) manifests", reading, goal: "≥ 2 times as fast"),
            row("JSON writer, the same values", writing, goal: "–"),
        ]
    }

    private static func row(_ job: String, _ comparison: Comparison, goal: String) -> Row {
        Row(
            job: job,
            ours: comparison.ours.processor.time,
            beside: "JSONSerialization \(comparison.other.processor.time)",
            ratio: comparison.ratios(\.processor).map { 1 / $0 }.spread + " times as fast",
            goal: goal
        )
    }
}

/// Our JSON Schema beside the reading of the same text.
enum SchemaBenchmark {
    static func rows(_ material: Material) async throws -> [Row] {
        let texts = try RegistryBenchmark.manifests(material)
        let values = try texts.map { try JSONReader().read($0) }
        let schema = try JSONSchema(JSONReader().read(Self.schema))
        guard values.allSatisfy({ schema.isValid($0) }) else {
            throw BenchmarkError("a manifest does not fit its schema")
        }
        let comparison = try await Comparison {
            for value in values where !schema.isValid(value) { throw BenchmarkError("invalid") }
            return 1
        } other: {
            for bytes in texts { _ = try JSONReader().read(bytes) }
            return 1
        }
        return [
            Row(
                job: "JSON Schema, \(values.count) parsed manifests",
                ours: comparison.ours.processor.time,
                beside: "reading them \(comparison.other.processor.time)",
                ratio: comparison.ratios(\.processor).spread,
                goal: "–"
            )
        ]
    }

    private static let schema = #"""
        {"type": "object", "required": ["formatVersion", "id", "name", "version", "operations"], "properties": {
          "id": {"type": "string", "pattern": "^[a-z0-9-]+$"}, "version": {"type": "string", "pattern": "^[0-9]+\\.[0-9]+\\.[0-9]+$"},
          "authorization": {"type": "array", "items": {"type": "object", "required": ["id", "type"], "properties": {
            "type": {"enum": ["none", "basic", "apiKey", "bearer"]},
            "fields": {"type": "array", "items": {"type": "object", "required": ["key"], "properties": {"key": {"type": "string"}}}}}}},
          "operations": {"type": "object", "additionalProperties": {"type": "object", "required": ["method", "path"], "properties": {
            "method": {"enum": ["GET", "POST", "PUT", "PATCH", "DELETE"]}, "path": {"type": "string", "pattern": "^/"}}}}}}
        """#
}
