import PatchbayFiles

/// What stands before each entry's data, against what the central directory says.
extension ZipCheck {
    /// Compares the local header with the central one, and the data descriptor where there is one.
    func localPart(of header: Header) throws(ArchiveError) -> Range<Int> {
        let place = header.offset
        guard file.number32(place) == 0x0403_4B50, let flags = file.number16(place + 6),
            let method = file.number16(place + 8),
            let crc = file.number32(place + 14), let packed = file.number32(place + 18),
            let size = file.number32(place + 22),
            let nameCount = file.number16(place + 26), let extraCount = file.number16(place + 28),
            let name = file.slice(place + 30, nameCount)
        else { throw ArchiveError(entry: header.shown, "there is no local header where the central directory says") }
        func differs(_ what: String) -> ArchiveError {
            ArchiveError(entry: header.shown, "central directory and local header differ in \(what)")
        }
        if !name.elementsEqual(header.name) { throw differs("name ('\(NameCheck.shown(name))' there)") }
        if flags != header.flags { throw differs("flags") }
        if method != header.method { throw differs("method") }
        try checkExtra(at: place + 30 + nameCount, count: extraCount, of: header)
        let hasDescriptor = flags & Flag.descriptor != 0
        // With a descriptor behind the data the local header may leave all three empty, and nothing else.
        if !hasDescriptor || crc != 0 || packed != 0 || size != 0 {
            if crc != header.crc { throw differs("checksum") }
            if packed != header.packed || size != header.size { throw differs("size") }
        }
        var end = place + 30 + nameCount + extraCount + header.packed
        guard end <= file.bytes.count else {
            throw ArchiveError(entry: header.shown, "its data goes beyond the archive")
        }
        if hasDescriptor {
            if file.number32(end) == 0x0807_4B50, isDescriptor(at: end + 4, of: header) {
                end += 16
            } else if isDescriptor(at: end, of: header) {
                end += 12
            } else {
                throw ArchiveError(entry: header.shown, "central directory and data descriptor differ")
            }
        }
        return place..<end
    }

    private func isDescriptor(at place: Int, of header: Header) -> Bool {
        file.number32(place) == header.crc && file.number32(place + 4) == header.packed
            && file.number32(place + 8) == header.size
    }

    /// The entries' parts must fill the file from its first byte to the central directory.
    func checkParts(upTo end: Int) throws(ArchiveError) {
        var place = 0
        for part in parts.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if part.lowerBound < place { throw ArchiveError("two entries overlap at byte \(part.lowerBound)") }
            if part.lowerBound > place {
                throw ArchiveError("\(part.lowerBound - place) bytes at byte \(place) belong to no entry")
            }
            place = part.upperBound
        }
        if place > end { throw ArchiveError("an entry overlaps the central directory") }
        if place < end { throw ArchiveError("\(end - place) bytes at byte \(place) belong to no entry") }
    }
}
