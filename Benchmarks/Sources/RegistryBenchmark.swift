import Foundation
import PatchbayAccess
import PatchbayFiles
import PatchbayModel
import PatchbayRegistry

/// Loading a thousand plugins.
enum RegistryBenchmark {
    static func rows(_ material: Material) async throws -> [Row] {
        let root = material.folder + "/registry"
        let folders = try FileManager.default.contentsOfDirectory(atPath: root).sorted()
        let loader = PluginLoader(hasher: CryptoHasher())
        let before = residentBytes()
        let held = try withExtendedLifetime(folders.map { try load($0, in: root, loader) }) { _ in
            residentBytes() - before
        }
        let comparison = try await Comparison {
            for folder in folders { _ = try load(folder, in: root, loader) }
            return 1
        } other: {
            for folder in folders { _ = try read("\(root)/\(folder)/plugin.json") }
            return 1
        }
        return [
            Row(
                job: "Registry: read, parse, check, hash \(folders.count) plugins",
                ours: comparison.ours.processor.time,
                beside: "open, read, close \(comparison.other.processor.time)",
                ratio: comparison.ratios(\.processor).spread,
                goal: "≤ 30 (goal 5)"
            ),
            Row(
                job: "\(folders.count) loaded plugins in memory",
                ours: (Double(held) / 1_048_576).short + " MiB",
                beside: "process \((Double(before + held) / 1_048_576).short) MiB",
                ratio: "–",
                goal: "< 60 MiB"
            ),
        ]
    }

    /// The manifests' texts.
    static func manifests(_ material: Material) throws -> [[UInt8]] {
        let root = material.folder + "/registry"
        return try FileManager.default.contentsOfDirectory(atPath: root).sorted().map {
            Array(try read("\(root)/\($0)/plugin.json"))
        }
    }

    private static func load(_ folder: String, in root: String, _ loader: PluginLoader) throws -> Plugin {
        try loader.load(PluginCatalogue.files(in: "\(root)/\(folder)"), name: folder).checked()
    }

    private static func read(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }
}
