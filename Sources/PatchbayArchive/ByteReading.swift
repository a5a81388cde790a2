/// Little-endian numbers out of bytes that may end too early.
struct ByteReading {
    let bytes: [UInt8]

    /// The bytes of a range; nil when it goes beyond the end.
    func slice(_ start: Int, _ count: Int) -> ArraySlice<UInt8>? {
        guard start >= 0, count >= 0, start <= bytes.count, count <= bytes.count - start else { return nil }
        return bytes[start..<start + count]
    }

    func number16(_ start: Int) -> Int? { slice(start, 2).map { $0.reversed().reduce(0) { $0 << 8 | Int($1) } } }

    func number32(_ start: Int) -> Int? { slice(start, 4).map { $0.reversed().reduce(0) { $0 << 8 | Int($1) } } }
}
