package import PatchbayFiles
package import PatchbayModel

/// The files of a new template: a dialog with a parameter and a sample, calling an operation where one is easily called.
package struct TemplateStart: Sendable {
    private let id: TemplateID
    private let title: String
    private let plugin: PluginID
    private let operation: OperationID?
    /// The name that its nodes begin with.
    private let name: String

    /// A template to be.
    ///
    /// - Parameters:
    ///   - id: The template's id.
    ///   - title: What it is called; nil makes it from the id.
    ///   - plugin: The plugin that it is for.
    package init(_ id: TemplateID, title: String? = nil, for plugin: Plugin) {
        self.id = id
        self.title = title ?? Words.title(id.rawValue)
        self.plugin = plugin.id
        operation = plugin.manifest.operations.first { Self.isEasy($0, of: plugin) }?.id
        let words = id.rawValue.split(separator: "-")
        let name =
            words.prefix(1).joined() + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        // With the longest ending it still is a node's name; and no node is called like what expressions read.
        let short = String(name.prefix(50))
        let isTaken = FileCheck.diagnostics(of: Self.probe(short), as: .dialog).hasErrors
        self.name = isTaken ? short + "Start" : short
    }

    private static func probe(_ node: String) -> JSONValue {
        [
            "formatVersion": 1, "language": "en", "id": "probe", "name": "Probe", "start": .string(node),
            "nodes": [
                ["id": .string(node), "kind": "message", "messages": [["id": "a", "text": "a"]], "next": "end"]
            ],
        ]
    }

    /// Whether an operation only reads, needs no input and can be answered offline.
    private static func isEasy(_ operation: ServiceOperation, of plugin: Plugin) -> Bool {
        let hasTapes = (try? plugin.files.names(in: "tapes/\(operation.id)").isEmpty) == false
        return operation.onlyReads && !operation.startsJob && operation.model == nil
            && operation.inputs.allSatisfy { !$0.isRequired || $0.defaultValue != nil }
            && [.json, .text].contains(operation.response.decoder) && (hasTapes || operation.response.schema != nil)
    }

    /// The template's files, by their path in its folder.
    package var entries: [ArchiveEntry] {
        [
            entry("template.json", template, .template), entry("dialogs/\(id)/dialog.json", dialog, .dialog),
            entry("tests/sample.json", sample, .test),
        ]
    }

    private func entry(_ path: String, _ value: JSONValue, _ kind: FileKind) -> ArchiveEntry {
        ArchiveEntry(path: path, bytes: CanonicalText.bytes(value, of: kind))
    }

    private var template: JSONValue {
        var template: JSONObject = [
            "formatVersion": 1, "language": "en", "id": .string(id.rawValue), "title": .string(title),
            "summary": .string("What '\(title)' does, in one sentence."),
        ]
        if let operation { template["operations"] = [.string("\(plugin)/\(operation)")] }
        template["parameters"] = [
            "greeting": [
                "title": "How the assistant begins", "schema": ["type": "string", "minLength": 1], "default": "Hello!",
            ]
        ]
        return .object(template)
    }

    /// What a user says to start it.
    private var utterance: String { id.rawValue.replacing("-", with: " ") }

    private var dialog: JSONValue {
        let start: JSONValue = [
            "id": .string(name), "kind": "intent", "utterances": [.string(utterance)],
            "next": .string(name + (operation == nil ? "Message" : "Service")),
        ]
        var nodes = [start]
        if let operation {
            nodes.append([
                "id": .string(name + "Service"), "kind": "service", "integration": .string(plugin.rawValue),
                "operation": .string(operation.rawValue), "onFailure": .string(name + "Failure"),
                "next": .string(name + "Message"),
            ])
        }
        nodes.append(message("Message", "done", "{{settings.greeting}} This is '\(title)'."))
        if operation != nil {
            nodes.append(message("Failure", "sorry", "That did not work: {{context.lastServiceFailure.message}}"))
        }
        return [
            "formatVersion": 1, "language": "en", "id": .string(id.rawValue), "name": .string(title),
            "start": .string(name), "settings": ["greeting": ["$parameter": "greeting"]], "nodes": .array(nodes),
        ]
    }

    private func message(_ ending: String, _ alternative: String, _ text: String) -> JSONValue {
        [
            "id": .string(name + ending), "kind": "message",
            "messages": [["id": .string(alternative), "text": .string(text)]], "next": "end",
        ]
    }

    private var sample: JSONValue {
        [
            "formatVersion": 1, "template": .string("\(plugin)/\(id)"), "startTime": "2026-03-02T09:00:00Z", "seed": 1,
            "turns": [
                [
                    "event": ["kind": "message", "text": .string(utterance)],
                    "expect": [["node": .string("\(id)/\(name)Message")]], "ended": true,
                ]
            ],
        ]
    }
}
