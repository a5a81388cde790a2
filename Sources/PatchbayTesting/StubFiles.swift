package import Foundation
import PatchbayModel

/// A plugin's folder on disk.
package struct FolderFiles: PluginFiles {
    private let folder: URL

    package init(folder: URL) { self.folder = folder }

    package func read(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: path))) }

    package func names(in folder: String) throws -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: self.folder.appending(path: folder).path).sorted()) ?? []
    }

    package func paths() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
    }
}

/// A plugin's files as texts by path, whatever the paths are.
package struct TextFiles: PluginFiles {
    private let files: [String: String]

    package init(_ files: [String: String] = [:]) { self.files = files }

    package func read(_ path: String) throws -> [UInt8] {
        guard let text = files[path] else { throw CocoaError(.fileReadNoSuchFile) }
        return Array(text.utf8)
    }

    package func names(in folder: String) throws -> [String] {
        let below = files.keys.filter { $0.hasPrefix(folder + "/") }.map { $0.dropFirst(folder.count + 1) }
        return Set(below.map { String($0.prefix { $0 != "/" }) }).sorted()
    }

    package func paths() throws -> [String] { files.keys.sorted() }
}

/// 32 bytes that depend on every byte: enough to compare by, no cryptography.
package struct MixingHasher: ContentHasher {
    package init() {}

    package func sha256(_ parts: [[UInt8]]) -> [UInt8] {
        var states: [UInt64] = [1, 2, 3, 4].map { 0xCBF2_9CE4_8422_2325 &* $0 }
        for byte in parts.joined() {
            for place in states.indices { states[place] = (states[place] ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        return states.flatMap { state in (0..<8).map { UInt8(truncatingIfNeeded: state >> ($0 * 8)) } }
    }
}
