import PatchbayArchive
import PatchbayFiles

/// A zip or tar.gz: what is unpacked has plain paths, each once, within the limits.
struct ArchiveFuzzer: Fuzzer {
    private let limits = ArchiveLimits()

    func take(_ input: [UInt8]) throws {
        let entries: [ArchiveEntry]
        do {
            entries = try StrictArchiveReader().entries(of: input)
        } catch is ArchiveError {
            return
        }
        guard Set(entries.map(\.path)).count == entries.count else { throw Mistake("a path comes twice") }
        for entry in entries where RelativePath.fault(in: entry.path) != nil {
            throw Mistake("the path '\(entry.path)' leads elsewhere")
        }
        guard entries.reduce(0, { $0 + $1.bytes.count }) <= limits.maxContentBytes else { throw Mistake("too much") }
    }
}
