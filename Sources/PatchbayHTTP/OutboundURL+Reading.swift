extension OutboundURL {
    /// Reads `host`, `host:port` or `[address]:port`.
    static func authority(
        _ text: ArraySlice<UInt8>
    ) throws(Malformed) -> (host: String, address: IPAddress?, port: Int?) {
        guard !text.contains(UInt8(ascii: "@")) else {
            throw Malformed("holds user info; use an authorization profile")
        }
        if text.first == UInt8(ascii: "[") {
            guard let close = text.firstIndex(of: UInt8(ascii: "]")),
                let address = IPAddress(String(decoding: text[(text.startIndex + 1)..<close], as: UTF8.self)),
                address.isVersion6
            else { throw Malformed("has a malformed address in brackets") }
            let rest = text[(close + 1)...]
            guard rest.isEmpty || rest.first == 0x3A else { throw Malformed("has text behind the address in brackets") }
            return ("[\(address)]", address, rest.isEmpty ? nil : try port(rest.dropFirst()))
        }
        let colon = text.firstIndex(of: 0x3A) ?? text.endIndex
        let port = colon == text.endIndex ? nil : try port(text[(colon + 1)...])
        let host = try name(text[..<colon])
        let address = IPAddress(host)
        guard address != nil || !endsInNumber(host) else {
            throw Malformed("has a host that looks like an address but is not four decimal parts, such as 127.0.0.1")
        }
        return (host, address, port)
    }

    /// A name of letters, digits, `-` and `_` in labels of 1 to 63, in lower case.
    private static func name(_ text: ArraySlice<UInt8>) throws(Malformed) -> String {
        guard !text.isEmpty else { throw Malformed("has no host") }
        let labels = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let fits = labels.allSatisfy { label in
            (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                && label.allSatisfy(isNameCharacter)
        }
        guard fits, text.count <= 253 else {
            throw Malformed("has a host that is not a plain name; write names beyond ASCII as xn--")
        }
        return String(decoding: text, as: UTF8.self).lowercased()
    }

    private static func isNameCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }

    /// Whether lenient readers would take the host for an address (WHATWG URL, "ends in a number").
    private static func endsInNumber(_ host: String) -> Bool {
        guard let last = host.utf8.split(separator: UInt8(ascii: ".")).last else { return false }
        if last.allSatisfy({ (0x30...0x39).contains($0) }) { return true }
        return last.starts(with: "0x".utf8) && last.dropFirst(2).allSatisfy { hexadecimal($0) != nil }
    }

    private static func port(_ text: ArraySlice<UInt8>) throws(Malformed) -> Int {
        guard (1...5).contains(text.count), text.first != 0x30, text.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = Int(String(decoding: text, as: UTF8.self)), port <= 65535
        else { throw Malformed("has a malformed port; use 1 to 65535") }
        return port
    }

    /// Checks path and query; an empty path becomes `/`.
    static func target(_ text: ArraySlice<UInt8>) throws(Malformed) -> String {
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            if byte == UInt8(ascii: "%") {
                guard index + 2 < text.endIndex, hexadecimal(text[index + 1]) != nil,
                    hexadecimal(text[index + 2]) != nil
                else { throw Malformed("holds a percent sign that encodes nothing; write it as %25") }
                index += 3
                continue
            }
            guard byte != UInt8(ascii: "#") else { throw Malformed("has a fragment; leave out '#' and what follows") }
            guard isTargetCharacter(byte) else {
                throw Malformed("holds a character in path or query that has to be percent-encoded")
            }
            index += 1
        }
        let target = String(decoding: text, as: UTF8.self)
        guard !hasDotSegment(text) else { throw Malformed("has a '.' or '..' segment in its path") }
        return target.hasPrefix("/") ? target : "/" + target
    }

    /// `pchar`, `/` and `?` of RFC 3986 §3.3 and §3.4.
    private static func isTargetCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "-._~!$&'()*+,;=:@/?".utf8.contains(byte)
        }
    }

    /// Whether a path segment is `.` or `..`, also in percent encoding: a value that a user gave must not climb to another operation.
    private static func hasDotSegment(_ target: ArraySlice<UInt8>) -> Bool {
        let path = target.prefix { $0 != UInt8(ascii: "?") }
        return path.split(separator: UInt8(ascii: "/")).contains { segment in
            guard segment.count <= 6, segment.first == UInt8(ascii: ".") || segment.first == UInt8(ascii: "%") else {
                return false
            }
            let text = String(decoding: segment, as: UTF8.self).lowercased()
            return [".", "..", "%2e", ".%2e", "%2e.", "%2e%2e"].contains(text)
        }
    }

    /// Removes `.` and `..` from a path, for a `Location` (RFC 3986 §5.2.4).
    static func withoutDotSegments(_ target: String) -> String {
        let path = target.prefix { $0 != "?" }
        var kept: [Substring] = []
        let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            switch segment {
            case ".":
                if isLast { kept.append("") }
            case "..":
                _ = kept.popLast()
                if isLast { kept.append("") }
            default: kept.append(segment)
            }
        }
        return "/" + kept.joined(separator: "/") + target.dropFirst(path.count)
    }
}
