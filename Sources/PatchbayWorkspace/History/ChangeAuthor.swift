package import PatchbayModel

/// Who changes a workspace: what its history says of the change, and with what it is written down.
package struct ChangeAuthor: Sendable {
    /// The command as it was typed, without secrets.
    package let command: String
    package let clock: any HubClock
    package let hasher: any ContentHasher
    /// The most bytes that the whole history keeps; the newest change stays, whatever it has.
    let mostBytes: Int

    package init(command: String, clock: any HubClock, hasher: any ContentHasher) {
        self.init(command: command, clock: clock, hasher: hasher, mostBytes: WorkspaceHistory.mostBytes)
    }

    init(command: String, clock: any HubClock, hasher: any ContentHasher, mostBytes: Int) {
        self.command = command
        self.clock = clock
        self.hasher = hasher
        self.mostBytes = mostBytes
    }
}
