import Foundation
import PatchbayModel

/// A service that exists in this folder only: what its plugin says, and how it answers.
enum MadeUpService {
    /// Words that occur nowhere else.
    static let words = ["quillpost", "sealKey", "Q-NOINK", "weigh-letter", "post-letter"]

    /// A key that the service takes.
    static let goodKey = "quill-key-5f2b9c71e0"

    /// Writes the plugin's folder.
    static func write(to place: TemporaryPlace, folder: String = "quillpost") throws {
        try place.write(manifest, to: folder + "/plugin.json")
        try place.write(template, to: folder + "/templates/send-letter/template.json")
        try place.write(dialog, to: folder + "/templates/send-letter/dialogs/send-letter/dialog.json")
        try place.write(sample, to: folder + "/templates/send-letter/tests/sample.json")
        try place.write(weighed, to: folder + "/tapes/weigh-letter/weighed.json")
        try place.write(posted, to: folder + "/tapes/post-letter/posted.json")
    }

    /// Answers as the service does: out of ink for letters to `nobody`, and no answer to a wrong key.
    static func answer(_ request: WireRequest) -> WireAnswer {
        let path = request.target.prefix { $0 != "?" }
        guard request.target.contains("sealKey=\(goodKey)") else {
            return WireAnswer(status: 403, body: #"{"trouble":{"code":"Q-SEAL","words":"The seal is not yours."}}"#)
        }
        switch path {
        case "/api/office": return WireAnswer(body: #"{"office":{"name":"Old Harbour"}}"#)
        case "/api/weigh": return WireAnswer(body: #"{"postage":{"price":"1.45","grams":20}}"#)
        case "/api/letters" where request.body.contains("nobody"):
            return WireAnswer(body: #"{"trouble":{"code":"Q-NOINK","words":"The inkwell is dry."}}"#)
        case "/api/letters": return WireAnswer(status: 201, body: #"{"letter":{"number":"L-7"}}"#)
        default: return WireAnswer(status: 404, body: "{}")
        }
    }

    private static let manifest = """
        {
          "formatVersion": 1,
          "language": "en",
          "id": "quillpost",
          "name": "Quillpost",
          "version": "0.3.0",
          "summary": "Writes letters by hand.",
          "publisher": { "name": "Example" },
          "hosts": [{ "host": "{office}.quillpost.example" }],
          "baseURL": { "url": "https://{office}.quillpost.example/api", "change": "allowed" },
          "connection": [
            { "key": "office", "title": "Office", "kind": "text", "use": "hostLabel", "environment": "QUILLPOST_OFFICE" }
          ],
          "authorization": [
            {
              "id": "seal",
              "type": "apiKey",
              "title": "Seal",
              "fields": [{ "key": "seal", "title": "Seal", "kind": "password", "environment": "QUILLPOST_SEAL" }],
              "send": [{ "in": "query", "name": "sealKey", "value": [{ "field": "seal" }] }],
              "check": {
                "operation": "show-office",
                "good": [{ "status": [200] }],
                "bad": [{ "status": [401, 403] }],
                "account": { "pointer": "/office/name" }
              }
            }
          ],
          "errorMessage": [{ "pointer": "/trouble/words" }],
          "errors": [
            { "when": { "body": { "pointer": "/trouble/code", "equals": "Q-NOINK" } }, "kind": "quota", "retry": false },
            { "when": { "body": { "pointer": "/trouble/code", "equals": "Q-SEAL" } }, "kind": "authorization", "retry": false }
          ],
          "operations": {
            "show-office": {
              "title": "Show the office",
              "source": "https://quillpost.example/docs#office",
              "method": "GET",
              "path": "/office",
              "response": { "schema": { "type": "object", "required": ["office"] } }
            },
            "weigh-letter": {
              "title": "Weigh a letter",
              "source": "https://quillpost.example/docs#weigh",
              "method": "POST",
              "path": "/weigh",
              "body": { "encoding": "form", "fixed": { "channel": "chat" } },
              "inputs": {
                "text": { "in": "form", "schema": { "type": "string" }, "required": true },
                "paper": { "in": "form", "schema": { "type": "string" }, "default": "linen" }
              },
              "response": { "schema": { "type": "object", "required": ["postage"] }, "values": { "price": "/postage/price" } }
            },
            "post-letter": {
              "title": "Post a letter",
              "source": "https://quillpost.example/docs#letters",
              "method": "POST",
              "path": "/letters",
              "query": { "via": "coach" },
              "body": { "encoding": "xml", "root": "letter" },
              "inputs": {
                "to": { "schema": { "type": "string" }, "required": true },
                "page": { "schema": { "type": "array", "items": { "type": "string" } }, "required": true }
              },
              "response": { "schema": { "type": "object" }, "values": { "number": "/letter/number" } }
            }
          },
          "templates": ["send-letter"]
        }
        """

    private static let template = """
        {
          "formatVersion": 1,
          "language": "en",
          "id": "send-letter",
          "title": "Send a letter",
          "summary": "Asks for a recipient and a text, weighs the letter and posts it.",
          "operations": ["quillpost/weigh-letter", "quillpost/post-letter"],
          "parameters": {
            "sender": { "title": "Who signs", "schema": { "type": "string", "minLength": 1 }, "default": "The Desk" }
          }
        }
        """

    private static let dialog = """
        {
          "formatVersion": 1,
          "language": "en",
          "id": "send-letter",
          "name": "Send a letter",
          "start": "sendLetter",
          "settings": { "sender": { "$parameter": "sender" } },
          "nodes": [
            { "id": "sendLetter", "kind": "intent", "utterances": { "en": ["send a letter"] }, "next": "recipient" },
            { "id": "recipient", "kind": "entity", "type": "string", "prompts": [{ "id": "ask", "text": "To whom?" }], "next": "letter" },
            { "id": "letter", "kind": "entity", "type": "description", "prompts": [{ "id": "ask", "text": "What does it say?" }], "next": "weighService" },
            {
              "id": "weighService", "kind": "service", "integration": "quillpost", "operation": "weigh-letter",
              "input": { "text": "{{context.entities.letter}}" }, "onFailure": "failed", "next": "postService"
            },
            {
              "id": "postService", "kind": "service", "integration": "quillpost", "operation": "post-letter",
              "input": { "to": "{{context.entities.recipient}}", "page": ["{{context.entities.letter}}", "{{settings.sender}}"] },
              "onFailure": "failed", "next": "postedMessage"
            },
            {
              "id": "postedMessage", "kind": "message",
              "messages": [{ "id": "done", "text": "Letter {{context.postService.values.number}} is on its way for {{context.weighService.values.price}}." }],
              "next": "end"
            },
            {
              "id": "failed", "kind": "logic",
              "transitions": [{ "id": "dry", "if": { "value": "context.lastServiceFailure.kind", "operator": "equals", "to": "quota" }, "then": "dryMessage" }],
              "next": "failedMessage"
            },
            { "id": "dryMessage", "kind": "message", "messages": [{ "id": "dry", "text": "No ink: {{context.lastServiceFailure.message}}" }], "next": "end" },
            {
              "id": "failedMessage", "kind": "message",
              "messages": [{ "id": "failed", "text": "{{context.lastServiceFailure.kind}}: {{context.lastServiceFailure.message}}" }], "next": "end"
            }
          ]
        }
        """

    private static let sample = """
        {
          "formatVersion": 1,
          "template": "quillpost/send-letter",
          "startTime": "2026-03-02T09:00:00Z",
          "seed": 1,
          "turns": [
            { "event": { "kind": "message", "text": "send a letter" }, "expect": [{ "text": "To whom?" }] },
            { "event": { "kind": "message", "text": "Aunt Ada" }, "expect": [{ "text": "What does it say?" }] },
            {
              "event": { "kind": "message", "text": "We are well." },
              "expect": [{ "text": "Letter L-1 is on its way for 0.80." }],
              "ended": true
            }
          ]
        }
        """

    private static let weighed = """
        {
          "formatVersion": 1,
          "operation": "quillpost/weigh-letter",
          "answer": { "body": { "json": { "postage": { "price": "0.80" } } } }
        }
        """

    private static let posted = """
        {
          "formatVersion": 1,
          "operation": "quillpost/post-letter",
          "answer": { "status": 201, "body": { "json": { "letter": { "number": "L-1" } } } }
        }
        """
}
