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
        // What is read first is mostly all of it: the hub sends a frame only when the one before was answered.
        var bytes = part(1 << 14)
        while bytes.count < 4 {
            let more = part(4 - bytes.count)
            guard !more.isEmpty else { return nil }
            bytes += more
        }
        var reader = FrameReader(bytes)
        guard let length: UInt32 = reader.number(), Int(length) <= limit, bytes.count - 4 <= Int(length) else {
            return nil
        }
        let count = 4 + Int(length)
        bytes.reserveCapacity(count)
        while bytes.count < count {
            let more = part(min(count - bytes.count, 1 << 18))
            guard !more.isEmpty else { return nil }
            bytes += more
        }
        return Array(bytes[4...])
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

    /// The next bytes, at most so many; none at the end of the input.
    private func part(_ most: Int) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: most) { buffer, filled in
            repeat { filled = unsafe Glibc.read(input, buffer.baseAddress, most) } while filled < 0 && errno == EINTR
            filled = max(filled, 0)
        }
    }
}
