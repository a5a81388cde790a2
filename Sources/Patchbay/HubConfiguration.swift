import Foundation
package import PatchbayModel

/// What a hub starts from: places, environment, and where time, chance and ids come from.
public struct HubConfiguration: Sendable {
    /// The home's folder; nil means `PATCHBAY_HOME`, else `$XDG_CONFIG_HOME/patchbay`, else `~/.config/patchbay`.
    package var home: String?
    /// The workspace's folder; nil means the nearest one upwards of the current folder.
    package var workspace: String?
    /// The catalogue's folders; nil means `PATCHBAY_PLUGINS`, else those found beside the program or in the source tree.
    package var catalogues: [String]?
    package var environment: [String: String]
    package var currentFolder: String
    /// The program that runs script workers; nil means this one.
    package var executable: String?
    /// The command as it was typed, without secrets, for the workspace's history.
    package var command = "(a program)"
    package var clock: any HubClock
    package var random: any RandomSource
    package var ids: any IDSource

    /// The configuration of a program that embeds Patchbay.
    ///
    /// - Parameters:
    ///   - home: The home's folder; nil finds it as the command line does.
    ///   - workspace: The workspace's folder; nil means the nearest one upwards of the current folder.
    ///   - executable: An installed `patchbay`, which runs the scripts of dialogs; without scripts it is not needed.
    public init(home: String? = nil, workspace: String? = nil, executable: String? = nil) {
        self.init(
            home: home,
            workspace: workspace,
            executable: executable,
            environment: ProcessInfo.processInfo.environment
        )
    }

    /// The configuration of a program started in a shell.
    package init(
        home: String? = nil,
        workspace: String? = nil,
        catalogues: [String]? = nil,
        executable: String? = nil,
        environment: [String: String],
        currentFolder: String = FileManager.default.currentDirectoryPath,
        clock: any HubClock = SystemHubClock(),
        random: any RandomSource = SystemRandomSource(),
        ids: any IDSource = RandomIDSource()
    ) {
        self.home = home
        self.workspace = workspace
        self.catalogues = catalogues
        self.environment = environment
        self.currentFolder = currentFolder
        self.executable = executable
        self.clock = clock
        self.random = random
        self.ids = ids
    }
}
