/// How much of an archive from outside is read.
package struct ArchiveLimits: Sendable {
    /// The archive's own size.
    package var maxArchiveBytes = 20 << 20
    /// All files together, unpacked.
    package var maxContentBytes = 100 << 20
    /// Files and folders.
    package var maxEntries = 2_000
    /// The most unpacked bytes for one packed byte, for entries over 1 MiB.
    package var maxRatio = 100

    package init() {}
}
