import PatchbayFiles
import PatchbayDialog
import PatchbayModel

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
    /// How much a conversation may do.
    let dialogLimits: DialogLimits

    /// Reads the file; a home without one has the defaults.
    init(home: Root?) throws {
        guard let home, try home.exists("settings.json") else {
            proxy = nil
            caFile = nil
            allowsWeakScripts = false
            masterKeyFile = nil
            dialogLimits = .standard
            return
        }
        let bytes = try home.read("settings.json", maxBytes: 1 << 20)
        let (value, diagnostics) = FileCheck.read(bytes, as: .settings, file: home.place("settings.json"))
        guard let value, !diagnostics.hasErrors else { throw DiagnosticError(diagnostics) }
        proxy = value["proxy"]?.string
        caFile = value["caFile"]?.string
        allowsWeakScripts = value["allowWeakScripts"]?.bool ?? false
        masterKeyFile = value["masterKeyFile"]?.string
        dialogLimits = Self.dialogLimits(value["limits"] ?? [:])
    }

    private static func dialogLimits(_ value: JSONValue) -> DialogLimits {
        var limits = DialogLimits.standard
        func size(_ key: String) -> Int? { value[key]?.string.flatMap(SizeText.bytes) }
        limits.nodes = value["nodesWithoutInput"]?.int ?? limits.nodes
        limits.dialogs = value["dialogsWithoutInput"]?.int ?? limits.dialogs
        limits.contextBytes = size("maxContextSize") ?? limits.contextBytes
        limits.messageBytes = size("maxMessageSize") ?? limits.messageBytes
        limits.historyTurns = value["historyTurns"]?.int ?? limits.historyTurns
        limits.historyBytes = size("historySize") ?? limits.historyBytes
        return limits
    }
}
