/// One way in which an endpoint misbehaves, by the name that the fault table gives it.
struct Misbehaviour: Sendable, CustomStringConvertible {
    let name: String
    let behaviour: Behaviour

    init(_ name: String, _ behaviour: Behaviour) {
        self.name = name
        self.behaviour = behaviour
    }

    var description: String { name }

    private static let ok = "HTTP/1.1 200 OK\r\n"
    private static let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    private static let ten = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n"

    /// Answers that are never complete.
    static let endless: [Misbehaviour] = [
        Misbehaviour("silent", .answer([])),
        Misbehaviour("slow-head", .dripping("", ok + "x-slow: " + String(repeating: "1", count: 1000))),
        Misbehaviour("drip-head", .dripping(ok, "x-a: b\r\n")),
        Misbehaviour("drip", .dripping(ok + "content-length: 100000\r\n\r\n", "x")),
        Misbehaviour("sse-forever", .dripping(chunked, "8\r\ndata: x\n\r\n")),
        Misbehaviour("never ends", .text(ten + "half")),
        Misbehaviour(
            "only interim answers",
            .flooding("", String(repeating: "HTTP/1.1 103 Hints\r\n\r\n", count: 100))
        ),
        Misbehaviour("reason without end", .flooding("HTTP/1.1 200 ", block)),
        Misbehaviour("chunk extension without end", .flooding(chunked + "2;", block)),
    ]

    /// Answers that end early.
    static let cut: [Misbehaviour] = [
        Misbehaviour("short", .closing(ten + "half")),
        Misbehaviour("reset", .resetting("")),
        Misbehaviour("reset-mid", .resetting(ten + "half")),
        Misbehaviour("close", .closing("")),
        Misbehaviour("close in the head", .closing("HTTP/1.1 200 OK\r\nx-a")),
        Misbehaviour("sse-cut", .closing(chunked + "5\r\nda")),
        Misbehaviour("no last chunk", .closing(chunked + "2\r\nda\r\n")),
        Misbehaviour("cut gzip", .answerAndClose(Fixtures.head("gzip", Fixtures.gzip.dropLast(12)))),
    ]

    /// Answers beyond 32 KiB, or with a head beyond 16 KiB or 100 fields.
    static let large: [Misbehaviour] = [
        Misbehaviour("huge", .flooding(ok + "\r\n", block)),
        Misbehaviour("announced huge", .text(ok + "content-length: 99999999999\r\n\r\n")),
        Misbehaviour("chunk-huge", .flooding(chunked + "7fffffff\r\n", block)),
        Misbehaviour("many chunks", .flooding(chunked, String(repeating: "5\r\nxxxxx\r\n", count: 500))),
        Misbehaviour("headers-huge", .text(ok + "x-a: " + String(repeating: "a", count: 17 << 10) + "\r\n\r\n")),
        Misbehaviour("header line without end", .flooding(ok + "x-a: ", block)),
        Misbehaviour("headers-many", .text(ok + String(repeating: "a: b\r\n", count: 101) + "\r\n")),
        Misbehaviour("headers without end", .flooding(ok, String(repeating: "a: b\r\n", count: 1000))),
        Misbehaviour(
            "trailers without end",
            .flooding(chunked + "2\r\nok\r\n0\r\n", String(repeating: "a: b\r\n", count: 1000))
        ),
        Misbehaviour("gzip-bomb", .answer(Fixtures.head("gzip", Fixtures.gzipBomb))),
    ]

    private static let block = String(repeating: "x", count: 8192)

    /// Answers that are not HTTP.
    static let broken: [Misbehaviour] = [
        Misbehaviour("garbage", .text("\u{0}\u{1}garbage\r\n\r\n")),
        Misbehaviour("status-zero", .text("HTTP/1.1 000 OK\r\ncontent-length: 2\r\n\r\nok")),
        Misbehaviour("status below 100", .text("HTTP/1.1 099 OK\r\ncontent-length: 0\r\n\r\n")),
        Misbehaviour("html without head", .text("<html></html>\r\n\r\n")),
        Misbehaviour("two-lengths", .text("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nabc")),
        Misbehaviour(
            "cl-te",
            .text("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n")
        ),
        Misbehaviour("negative length", .text("HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n")),
        Misbehaviour("chunk size that is none", .text("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n")),
        Misbehaviour(
            "gzip-bad",
            .text("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 9\r\n\r\nnot gzip!")
        ),
        Misbehaviour(
            "an encoding nobody asked for",
            .text("HTTP/1.1 200 OK\r\ncontent-encoding: br\r\ncontent-length: 2\r\n\r\nxx")
        ),
        Misbehaviour(
            "two encodings",
            .text("HTTP/1.1 200 OK\r\ncontent-encoding: gzip, gzip\r\ncontent-length: 2\r\n\r\nxx")
        ),
        Misbehaviour("version", .text("HTTP/9.9 200 OK\r\ncontent-length: 0\r\n\r\n")),
        Misbehaviour("status", .text("HTTP/1.1 abc OK\r\n\r\n")),
    ]
}
