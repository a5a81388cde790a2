import CZlib
import PatchbayFiles

/// Packs pieces one after the other with one state of zlib, because making a state costs more than packing a small file.
///
/// Safe because the stream is made in `init`, ended in `deinit` and touched by nobody else; it stays at one address.
@safe final class Deflater {
    private let stream: UnsafeMutablePointer<z_stream>

    /// Makes the state; nil when memory is lacking.
    ///
    /// - Parameters:
    ///   - window: 9 to 15, the power of two of how far back repetitions are found.
    ///   - memory: 1 to 9, zlib's `memLevel`.
    init?(window: Int32, memory: Int32) {
        unsafe stream = UnsafeMutablePointer.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // Level 6 is zlib's own default.
        guard unsafe patchbay_deflate_start(stream, 6, -window, memory) == Z_OK else {
            unsafe stream.deallocate()
            return nil
        }
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// The bytes as raw deflate (RFC 1951); nil when that is no shorter.
    func pack(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count > 1, unsafe deflateReset(stream) == Z_OK else { return nil }
        var isDone = false
        let packed = unsafe [UInt8](unsafeUninitializedCapacity: bytes.count - 1) { output, count in
            unsafe bytes.withUnsafeBufferPointer { input in
                // zlib does not write to its input; the pointer type is older than const.
                unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                unsafe stream.pointee.avail_in = UInt32(clamping: input.count)
                unsafe stream.pointee.next_out = output.baseAddress
                unsafe stream.pointee.avail_out = UInt32(clamping: output.count)
                isDone = unsafe deflate(stream, Z_FINISH) == Z_STREAM_END
                count = unsafe output.count - Int(stream.pointee.avail_out)
            }
        }
        return isDone ? packed : nil
    }
}

/// Unpacks what has to end where its container says.
enum Inflater {
    /// The content of a gzip file of one member (RFC 1952), to its last byte.
    static func gunzip(_ bytes: [UInt8], most: Int) throws(ArchiveError) -> [UInt8] {
        var stream = unsafe z_stream()
        // 16 + 15: gzip with the largest window; zlib checks sum and length at the end.
        guard unsafe patchbay_inflate_start(&stream, 31) == Z_OK else { throw ArchiveError("out of memory") }
        defer { unsafe inflateEnd(&stream) }
        var output: [UInt8] = []
        var status = Z_OK
        var rest = 0
        unsafe bytes.withUnsafeBufferPointer { input in
            unsafe stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            unsafe stream.avail_in = UInt32(clamping: input.count)
            while status == Z_OK, output.count <= most {
                let room = min(max(64 << 10, output.count), most + 1 - output.count)
                output += unsafe [UInt8](unsafeUninitializedCapacity: room) { piece, count in
                    unsafe stream.next_out = piece.baseAddress
                    unsafe stream.avail_out = UInt32(clamping: room)
                    status = unsafe inflate(&stream, Z_NO_FLUSH)
                    count = unsafe room - Int(stream.avail_out)
                }
                if output.count > most { break }
            }
            rest = unsafe Int(stream.avail_in)
        }
        if output.count > most { throw ArchiveError("the archive unpacks to more than \(most) bytes") }
        guard status == Z_STREAM_END else { throw ArchiveError("the gzip data is damaged or cut off") }
        if rest > 0 { throw ArchiveError("\(rest) bytes follow the gzip data") }
        return output
    }
}

/// The checksum of zip files.
func checksum(_ bytes: [UInt8]) -> UInt32 {
    unsafe bytes.withUnsafeBufferPointer { buffer in
        UInt32(truncatingIfNeeded: unsafe crc32_z(0, buffer.baseAddress, buffer.count))
    }
}
