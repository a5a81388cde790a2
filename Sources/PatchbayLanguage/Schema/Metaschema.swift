import PatchbayModel

/// The schema of schemas, draft 2020-12: what its vocabularies ask for, said in one schema without dynamic references.
///
/// Source: https://json-schema.org/draft/2020-12/json-schema-core and -validation, the keywords' own rules.
enum Metaschema {
    static let address = "https://json-schema.org/draft/2020-12/schema"

    static var value: JSONValue {
        // The text below is part of the program and read by its tests.
        (try? JSONReader().read(text)) ?? true
    }

    private static let text = """
        {
          "$id": "https://json-schema.org/draft/2020-12/schema",
          "type": ["object", "boolean"],
          "properties": {
            "$id": { "type": "string", "pattern": "^[^#]*#?$" },
            "$schema": { "type": "string" },
            "$ref": { "type": "string" },
            "$anchor": { "$ref": "#/$defs/anchor" },
            "$dynamicRef": { "type": "string" },
            "$dynamicAnchor": { "$ref": "#/$defs/anchor" },
            "$vocabulary": { "type": "object", "additionalProperties": { "type": "boolean" } },
            "$comment": { "type": "string" },
            "$defs": { "$ref": "#/$defs/map" },
            "definitions": { "$ref": "#/$defs/map" },
            "prefixItems": { "$ref": "#/$defs/list" },
            "items": { "$ref": "#" },
            "contains": { "$ref": "#" },
            "additionalProperties": { "$ref": "#" },
            "properties": { "$ref": "#/$defs/map" },
            "patternProperties": { "$ref": "#/$defs/map" },
            "dependentSchemas": { "$ref": "#/$defs/map" },
            "propertyNames": { "$ref": "#" },
            "if": { "$ref": "#" },
            "then": { "$ref": "#" },
            "else": { "$ref": "#" },
            "allOf": { "$ref": "#/$defs/list" },
            "anyOf": { "$ref": "#/$defs/list" },
            "oneOf": { "$ref": "#/$defs/list" },
            "not": { "$ref": "#" },
            "unevaluatedItems": { "$ref": "#" },
            "unevaluatedProperties": { "$ref": "#" },
            "type": {
              "anyOf": [
                { "$ref": "#/$defs/type" },
                { "type": "array", "items": { "$ref": "#/$defs/type" }, "minItems": 1, "uniqueItems": true }
              ]
            },
            "enum": { "type": "array" },
            "multipleOf": { "type": "number", "exclusiveMinimum": 0 },
            "maximum": { "type": "number" },
            "exclusiveMaximum": { "type": "number" },
            "minimum": { "type": "number" },
            "exclusiveMinimum": { "type": "number" },
            "maxLength": { "$ref": "#/$defs/count" },
            "minLength": { "$ref": "#/$defs/count" },
            "pattern": { "type": "string" },
            "maxItems": { "$ref": "#/$defs/count" },
            "minItems": { "$ref": "#/$defs/count" },
            "uniqueItems": { "type": "boolean" },
            "maxContains": { "$ref": "#/$defs/count" },
            "minContains": { "$ref": "#/$defs/count" },
            "maxProperties": { "$ref": "#/$defs/count" },
            "minProperties": { "$ref": "#/$defs/count" },
            "required": { "$ref": "#/$defs/keys" },
            "dependentRequired": { "type": "object", "additionalProperties": { "$ref": "#/$defs/keys" } },
            "title": { "type": "string" },
            "description": { "type": "string" },
            "deprecated": { "type": "boolean" },
            "readOnly": { "type": "boolean" },
            "writeOnly": { "type": "boolean" },
            "examples": { "type": "array" },
            "format": { "type": "string" },
            "contentEncoding": { "type": "string" },
            "contentMediaType": { "type": "string" },
            "contentSchema": { "$ref": "#" }
          },
          "$defs": {
            "anchor": { "type": "string", "pattern": "^[A-Za-z_][-A-Za-z0-9._]*$" },
            "map": { "type": "object", "additionalProperties": { "$ref": "#" } },
            "list": { "type": "array", "minItems": 1, "items": { "$ref": "#" } },
            "type": { "enum": ["array", "boolean", "integer", "null", "number", "object", "string"] },
            "count": { "type": "integer", "minimum": 0 },
            "keys": { "type": "array", "items": { "type": "string" }, "uniqueItems": true }
          }
        }
        """
}
