package import PatchbayModel
package import PatchbayRegistry

/// What the explorer shows, before anybody asks for more.
package struct ExplorerContent: Sendable {
    /// The workspace it is about; nil outside of one.
    package struct Place: Sendable, Equatable {
        package let name: String
        package let folder: String
    }

    /// A template that is installed in the workspace.
    package struct Instance: Sendable, Equatable {
        package let instance: String
        /// The template, as `plugin/template`.
        package let template: String
        package let version: String
        /// The version that the pinned plugin has; nil where it is the same, or the plugin is missing.
        package let newer: String?
        /// How many conflicts of an upgrade are open.
        package let conflicts: Int
        /// The dialogs' ids here.
        package let dialogs: [DialogID]
    }

    package let place: Place?
    package let integrations: [IntegrationRow]
    package let shelf: PluginShelf
    package let instances: [Instance]
    /// What the workspace pins and this machine doesn't have, in words.
    package let missing: [String]
    private let byTemplate: [String: [Instance]]

    package init(
        place: Place?,
        integrations: [IntegrationRow],
        shelf: PluginShelf,
        instances: [Instance],
        missing: [String]
    ) {
        self.place = place
        self.integrations = integrations
        self.shelf = shelf
        self.instances = instances
        self.missing = missing
        byTemplate = Dictionary(grouping: instances, by: \.template)
    }

    /// The integrations of a region, by id.
    package func integrations(in region: IntegrationRow.State) -> [IntegrationRow] {
        integrations.filter { $0.state == region }
    }

    /// The plugins that can be installed and are not.
    package var offered: [PluginShelf.PluginItem] { shelf.plugins.filter { !$0.isInstalled } }

    /// The instances of a template, as `plugin/template`.
    package func instances(of template: String) -> [Instance] { byTemplate[template] ?? [] }
}

/// Everything there is to say about a template before it is installed.
package struct TemplatePreview: Sendable {
    /// What is asked for at installation.
    package struct Parameter: Sendable, Equatable {
        package let key: String
        package let title: String
        package let help: String
        package let defaultValue: JSONValue?
        /// Value and title; nil where anything goes that its schema allows.
        package let choices: [Choice]?
        package let schema: JSONValue

        /// One of the values to choose from.
        package struct Choice: Sendable, Equatable {
            package let value: JSONValue
            package let title: String
        }
    }

    /// A file or value that installing writes.
    package struct Write: Sendable, Equatable {
        /// `create`, `keep`, `set`, `conflict`.
        package let action: String
        package let path: String
        /// What of the file, for a value laid into one that others share.
        package let detail: String
    }

    /// A line of a sample conversation.
    package struct Line: Sendable, Equatable {
        package let isUser: Bool
        package let text: String
    }

    /// What the plugin asks for to be enabled: a way to authorize, and its fields.
    package struct Credential: Sendable, Equatable {
        package let type: String
        package let fields: [String]
    }

    /// `plugin/template`.
    package let name: String
    package let title: String
    package let summary: String
    package let pluginName: String
    package let version: String
    package let operations: [String]
    package let hosts: [String]
    package let credentials: [Credential]
    package let parameters: [Parameter]
    package let dialogs: [Dialog]
    package let writes: [Write]
    package let sample: [Line]
    /// Why a part of this is not there, in words.
    package let remarks: [String]
}
