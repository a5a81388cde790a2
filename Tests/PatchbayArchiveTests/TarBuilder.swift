@testable import PatchbayArchive

/// Writes tars that are as wrong as a test wants them.
struct TarBuilder {
    var blocks: [UInt8] = []
    var end = [UInt8](repeating: 0, count: 1_024)

    mutating func add(
        _ name: String,
        _ text: String = "text",
        kind: Character = "0",
        mode: String = "0000644",
        link: String = "",
        prefix: String = "",
        size: Int? = nil,
        magic: String = "ustar\u{0}00",
        sum: Int? = nil,
        padding: UInt8 = 0
    ) {
        let data = Array(text.utf8)
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at place: Int) {
            header.replaceSubrange(place..<place + text.utf8.count, with: text.utf8)
        }
        func octal(_ value: Int, _ width: Int) -> String {
            let digits = String(value, radix: 8)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        put(name, at: 0)
        put(mode, at: 100)
        put(octal(0, 7), at: 108)
        put(octal(0, 7), at: 116)
        put(octal(size ?? data.count, 11), at: 124)
        put(octal(0, 11), at: 136)
        put("        ", at: 148)
        put(String(kind), at: 156)
        put(link, at: 157)
        put(magic, at: 257)
        put(prefix, at: 345)
        put(octal(sum ?? header.reduce(0) { $0 + Int($1) }, 6) + "\u{0} ", at: 148)
        blocks += header + data + [UInt8](repeating: padding, count: (512 - data.count % 512) % 512)
    }

    mutating func addPax(_ records: [(String, String)], kind: Character = "x") {
        add("pax", records.map { Self.record($0, $1) }.joined(), kind: kind)
    }

    static func record(_ key: String, _ value: String) -> String {
        let rest = " \(key)=\(value)\n"
        var count = rest.utf8.count
        while count != rest.utf8.count + "\(count)".utf8.count { count = rest.utf8.count + "\(count)".utf8.count }
        return "\(count)\(rest)"
    }

    /// Builds a tar in one expression.
    static func build(_ body: (inout TarBuilder) -> Void) -> TarBuilder {
        var tar = TarBuilder()
        body(&tar)
        return tar
    }

    var tar: [UInt8] { blocks + end }

    var bytes: [UInt8] { Self.gzip(tar) }

    /// The bytes as one gzip member.
    static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        let packed = Deflater(window: 15, memory: 8)?.pack(bytes) ?? []
        return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] + packed + number(Int(checksum(bytes)), 4) + number(bytes.count, 4)
    }
}
