/// A name for one kind of thing, so that ids of different things cannot be mixed up.
package struct Identifier<Subject>: RawRepresentable, Hashable, Comparable, Sendable, ExpressibleByStringLiteral,
    CustomStringConvertible
{
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    package init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    package init(stringLiteral value: String) {
        rawValue = value
    }

    package var description: String { rawValue }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// A plugin's id, which is also the id of the integration that a workspace sees.
package typealias PluginID = Identifier<PluginManifest>
/// An operation's id within its plugin.
package typealias OperationID = Identifier<ServiceOperation>
/// A template's id within its plugin.
package typealias TemplateID = Identifier<Template>
/// A dialog's id within its workspace.
package typealias DialogID = Identifier<Dialog>
/// A node's id within its dialog.
package typealias NodeID = Identifier<Node>
/// An authorization profile's id within its workspace.
package typealias ProfileID = Identifier<AuthorizationProfile>
