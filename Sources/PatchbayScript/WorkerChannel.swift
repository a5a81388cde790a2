import Glibc

/// The worker's end of its two pipes, moved away from where a library could write by accident.
struct WorkerChannel {
    private let input: Int32
    private let output: Int32

    /// Takes standard input and output over and leaves `/dev/null` in their place; nil when that fails.
    init?() {
        input = dup(0)
        output = dup(1)
        let null = unsafe open("/dev/null", O_RDWR)
        guard input >= 0, output >= 0, null >= 0, dup2(null, 0) == 0, dup2(null, 1) == 1 else { return nil }
        if null > 2 { close(null) }
    }

    /// The next frame's content; nil at the end of the input or when it is longer than the limit.
    func read(limit: Int) -> [UInt8]? {
        guard let head = take(4) else { return nil }
        var reader = FrameReader(head)
        guard let length: UInt32 = reader.number(), Int(length) <= limit else { return nil }
        return take(Int(length))
    }

    /// Writes a frame; false when nobody reads any more.
    func write(_ content: [UInt8]) -> Bool {
        var frame: [UInt8] = []
        frame.reserveCapacity(content.count + 4)
        FrameReader.append(UInt32(clamping: content.count), to: &frame)
        frame += content
        var done = 0
        while done < frame.count {
            let sent = unsafe frame.withUnsafeBytes {
                unsafe Glibc.write(output, $0.baseAddress?.advanced(by: done), $0.count - done)
            }
            if sent > 0 { done += sent } else if errno != EINTR { return false }
        }
        return true
    }

    private func take(_ count: Int) -> [UInt8]? {
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = 0
            while filled < count {
                let got = unsafe Glibc.read(input, buffer.baseAddress?.advanced(by: filled), count - filled)
                if got > 0 { filled += got } else if got == 0 || errno != EINTR { break }
            }
        }
        return bytes.count == count ? bytes : nil
    }
}
