import Foundation
import PatchbayArchive
import PatchbayFiles

/// The zip of a thousand small files, made in memory.
enum ExportBenchmark {
    static func rows(_ material: Material) async throws -> [Row] {
        let root = material.folder + "/export/dialogs"
        let entries = try FileManager.default.subpathsOfDirectory(atPath: root).sorted().filter {
            $0.hasSuffix(".json")
        }
        .map { path in
            ArchiveEntry(
                path: path,
                bytes: Array(try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(path)")))
            )
        }
        let writer = ZipWriter()
        let packed = try writer.zip(entries, compressed: true)
        guard try writer.zip(entries, compressed: true) == packed else {
            throw BenchmarkError("two zips of the same differ")
        }
        let comparison = try await Comparison {
            _ = try writer.zip(entries, compressed: true)
            return 1
        } other: {
            _ = try writer.zip(entries, compressed: false)
            return 1
        }
        let bytes = entries.reduce(0) { $0 + $1.bytes.count }
        return [
            Row(
                job: "Zip of \(entries.count) files in memory, \(bytes / 1_024) KiB to \(packed.count / 1_024) KiB",
                ours: comparison.ours.processor.time,
                beside: "stored \(comparison.other.processor.time)",
                ratio: comparison.ratios(\.processor).spread,
                goal: "the same bytes each time"
            )
        ]
    }
}
