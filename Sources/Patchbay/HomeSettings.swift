import Foundation
import PatchbayConnector
import PatchbayDialog
import PatchbayFiles
import PatchbayModel
import PatchbayRegistry
import PatchbayScript

/// The operator's settings of this machine: `settings.json` in the home.
package struct HomeSettings: Sendable {
    /// The proxy that outgoing calls go through, as a URL; nil means none, whatever the environment says.
    package let proxy: String?
    /// A file of further certificate authorities.
    package let caFile: String?
    /// Whether scripts run where they can't be confined.
    package let allowsWeakScripts: Bool
    /// The file that holds the vault's master key.
    package let masterKeyFile: String?
    /// Which plugins may be used and which hosts may be called.
    let policy: PluginPolicy
    /// How much a conversation may do.
    let dialogLimits: DialogLimits
    /// How much a call may take.
    let callLimits: CallLimits
    /// How much a script may take.
    let scriptLimits: ScriptLimits

    /// Reads the file; a home without one has the defaults.
    init(home: Root?) throws {
        guard let home, try home.exists("settings.json") else {
            proxy = nil
            caFile = nil
            allowsWeakScripts = false
            masterKeyFile = nil
            policy = PluginPolicy(nil, file: "settings.json")
            dialogLimits = .standard
            callLimits = .standard
            scriptLimits = ScriptLimits()
            return
        }
        let bytes = try home.read("settings.json", maxBytes: 1 << 20)
        let (value, diagnostics) = FileCheck.read(bytes, as: .settings, file: home.place("settings.json"))
        guard let value, !diagnostics.hasErrors else { throw DiagnosticError(diagnostics) }
        proxy = value["proxy"]?.string
        caFile = value["caFile"]?.string
        allowsWeakScripts = value["allowWeakScripts"]?.bool ?? false
        masterKeyFile = value["masterKeyFile"]?.string
        policy = PluginPolicy(value, file: home.place("settings.json"))
        let limits = value["limits"] ?? [:]
        dialogLimits = Self.dialogLimits(limits)
        callLimits = Self.callLimits(limits)
        scriptLimits = Self.scriptLimits(limits)
    }

    private static func size(_ key: String, of value: JSONValue) -> Int? { value[key]?.string.flatMap(SizeText.bytes) }

    private static func time(_ key: String, of value: JSONValue) -> Duration? {
        value[key]?.string.flatMap(DurationText.duration)
    }

    private static func callLimits(_ value: JSONValue) -> CallLimits {
        var limits = CallLimits.standard
        limits.usualTime = time("callTime", of: value) ?? limits.usualTime
        limits.longestTime = time("maxCallTime", of: value) ?? limits.longestTime
        limits.longestModelTime = time("maxModelCallTime", of: value) ?? limits.longestModelTime
        limits.requestBytes = size("maxRequestSize", of: value) ?? limits.requestBytes
        limits.answerBytes = size("maxAnswerSize", of: value)
        limits.attempts = value["maxAttempts"]?.int
        return limits
    }

    private static func scriptLimits(_ value: JSONValue) -> ScriptLimits {
        var limits = ScriptLimits()
        limits.engineTime = time("scriptTime", of: value) ?? limits.engineTime
        limits.wallTime = time("scriptWallTime", of: value) ?? limits.wallTime
        limits.memoryBytes = size("scriptMemory", of: value) ?? limits.memoryBytes
        limits.outputLength = size("scriptOutput", of: value) ?? limits.outputLength
        return limits
    }

    private static func dialogLimits(_ value: JSONValue) -> DialogLimits {
        var limits = DialogLimits.standard
        func size(_ key: String) -> Int? { Self.size(key, of: value) }
        limits.nodes = value["nodesWithoutInput"]?.int ?? limits.nodes
        limits.dialogs = value["dialogsWithoutInput"]?.int ?? limits.dialogs
        limits.contextBytes = size("maxContextSize") ?? limits.contextBytes
        limits.messageBytes = size("maxMessageSize") ?? limits.messageBytes
        limits.historyTurns = value["historyTurns"]?.int ?? limits.historyTurns
        limits.historyBytes = size("historySize") ?? limits.historyBytes
        limits.conversationTokens = value["conversationTokens"]?.int
        for member in value["conversationCost"]?.object?.members ?? [] {
            limits.conversationCost[member.key] = member.value.string.flatMap { Decimal(string: $0) }
        }
        return limits
    }
}
