import Foundation
import Glibc

/// A server that gives every request the same answer and keeps connections open: the least that a call can meet.
struct StaticServer {
    let port: Int
    private let process: Process

    /// Starts one in a process of its own.
    static func start() throws -> StaticServer {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["mock"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw BenchmarkError("the static server did not start")
        }
        return StaticServer(port: port, process: process)
    }

    func stop() { process.terminate() }

    /// Serves until it is killed; prints its port.
    static func run() throws {
        signal(SIGPIPE, SIG_IGN)
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe bind(listener, address, length) == 0 && listen(listener, 256) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        guard isBound else { throw BenchmarkError("no port is free") }
        print(UInt16(bigEndian: address.sin_port))
        fflush(nil)
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { continue }
            let thread = Thread { serve(connection) }
            thread.stackSize = 256 << 10
            thread.start()
        }
    }

    private static let body = """
        {"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"mock","choices":[{"index":0,"message":\
        {"role":"assistant","content":"Hello from the mock model."},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,\
        "completion_tokens":6,"total_tokens":15}}
        """

    private static func serve(_ connection: Int32) {
        defer { close(connection) }
        var on: Int32 = 1
        unsafe setsockopt(connection, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        let answer = Array(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                .utf8
        )
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        var filled = 0
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe read(connection, bytes.baseAddress?.advanced(by: filled), bytes.count - filled)
            }
            guard count > 0 else { return }
            filled += count
            while let size = requestSize(buffer[..<filled]) {
                buffer.replaceSubrange(0..<filled - size, with: Array(buffer[size..<filled]))
                filled -= size
                guard unsafe write(connection, answer, answer.count) == answer.count else { return }
            }
        }
    }

    /// The length of the first whole request; nil while it is not whole.
    private static func requestSize(_ bytes: ArraySlice<UInt8>) -> Int? {
        let text = String(decoding: bytes, as: UTF8.self).lowercased()
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        let head = text[..<end.lowerBound]
        let length = head.components(separatedBy: "\r\n").first { $0.hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) }
        let size = text.utf8.distance(from: text.startIndex, to: end.upperBound) + (length ?? 0)
        return size <= bytes.count ? size : nil
    }
}
