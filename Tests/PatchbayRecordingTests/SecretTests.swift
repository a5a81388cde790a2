import Foundation
import PatchbayConnector
import PatchbayModel
import PatchbayRecording
import Testing

@Suite("A secret in a recorded conversation")
struct SecretTests {
    private let house: House

    init() throws {
        house = try House()
    }

    /// Whether any form of the key stands in a text.
    private func holdsKey(_ text: String) -> Bool {
        let key = House.key
        return [
            key, "canary", "4f7e", Data(key.utf8).base64EncodedString(),
            key.replacing("/", with: "%2F").replacing("+", with: "%2B"),
        ]
        .contains { text.contains($0) }
    }

    @Test
    func `never reaches the file, wherever it was said, sent or answered`() async throws {
        let said: JSONObject = ["greeting": .string("your key is \(House.key)"), "again": .object([House.key: 1])]
        let echo = StubService.Answer.json(.object(said))
        let test = try await house.record(
            ["start", "I am \(House.key), hello"],
            [echo],
            variables: ["entities.name", "ask.response.body"]
        )
        #expect(!holdsKey(test.text))
        #expect(test.turns[1].expect == [.text("your key is [secret greeter/apiKey]")])
        let request = try #require(test.turns[1].calls?.first?.exchange.request)
        #expect(request.url == "https://greeter.example/v1/greet?key=[secret greeter/apiKey]")
        #expect(request.headers["x-greeter"] == ["secret": "greeter/apiKey"])
        #expect(request.body == .json(["name": "I am [secret greeter/apiKey], hello"]))
        for hasKey in [true, false] {
            let outcome = await house.runner(hasKey: hasKey).run(test, named: "")
            #expect(outcome.passed, "\(outcome.differences)")
        }
    }

    @Test
    func `that lies across two pieces of a stream is found`() async throws {
        let half = House.key.utf8.count / 2
        let text =
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\(House.key)\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
        let bytes = Array(text.utf8)
        let cut =
            (text.range(of: House.key).map { text.utf8.distance(from: text.startIndex, to: $0.lowerBound) } ?? 0) + half
        let test = try await house.record(["chat"], [.stream([Array(bytes[..<cut]), Array(bytes[cut...])])])
        #expect(!holdsKey(test.text))
        let outcome = await house.runner().run(test, named: "")
        #expect(outcome.passed, "\(outcome.differences)")
    }

    @Test(arguments: [
        ("Authorization", "Bearer unknown-to-anybody", "parcel/authorization"),
        ("X-Api-Key", "unknown-to-anybody", "parcel/x-api-key"),
        ("Cookie", "session=unknown-to-anybody", "parcel/cookie"),
        ("Authorization", "Basic " + Data("ann:canary-4f7e-secret/key+1".utf8).base64EncodedString(), "greeter/apiKey"),
        ("X-Own", "canary-4f7e-secret/key+1", "greeter/apiKey"),
    ])
    func `in a header is named instead`(name: String, value: String, secret: String) async throws {
        let calls = RecordedCalls(clock: VirtualClock(start), redactor: house.redactor)
        let transport = RecordingTransport(StubService(clock: VirtualClock(start), [.json([:])]), into: calls)
        let request = HTTPRequest(
            method: "GET",
            url: "https://x.example/",
            headers: [name: value, "User-Agent": "patchbay", "Accept": "*/*", "X-Other": "unknown-to-anybody"],
            reach: Reach(origins: []),
            operation: "parcel/track",
            node: "d/n"
        )
        _ = try await transport.send(request).body.collect()
        let headers = calls.take().first?.exchange.request?.headers
        #expect(headers == [name.lowercased(): ["secret": .string(secret)], "accept": "*/*"])
        #expect(calls.take().isEmpty)
    }

    @Test(arguments: [
        (
            Array("{\"n\": 123456789, \"a\" : 1}".utf8), "application/json",
            Exchange.Body.json(["n": "[secret pin]", "a": 1])
        ),
        (Array("{\"n\": 1, \"n\": 123456789}".utf8), "application/json", .text("{\"n\": 1, \"n\": [secret pin]}")),
        (Array("pin 123456789".utf8), "text/plain", .text("pin [secret pin]")),
        ([0xFF] + Array("123456789".utf8), "application/octet-stream", .text("\u{FFFD}[secret pin]")),
        ([0xFF, 0x00], "application/octet-stream", .base64("/wA=")),
    ])
    func `is found in bodies of every kind`(bytes: [UInt8], type: String, expected: Exchange.Body) async throws {
        let redactor = Redactor()
        redactor.register(Secret("123456789"), as: "pin")
        let calls = RecordedCalls(clock: VirtualClock(start), redactor: redactor)
        let answer = StubService.Answer(headers: ["Content-Type": type], chunks: bytes.map { [$0] })
        let transport = RecordingTransport(StubService(clock: VirtualClock(start), [answer]), into: calls)
        let request = HTTPRequest(method: "GET", url: "https://x.example/", reach: Reach(origins: []), node: "d/n")
        #expect(try await transport.send(request).body.collect() == bytes)
        guard case .answer(let written) = calls.take().first?.exchange.outcome else {
            return #expect(Bool(false), "no answer")
        }
        #expect(written.body == expected)
    }

    @Test
    func `stands for anything in a replay, and nothing else does`() async throws {
        func replay(_ expected: Exchange.Request, _ request: HTTPRequest) async -> Bool {
            let transport = ReplayTransport(clock: VirtualClock(start), redactor: Redactor())
            transport.expect([.init(node: "d/n", exchange: Exchange(request: expected, outcome: .answer(.init())))])
            _ = try? await transport.send(request)
            return transport.finish().isEmpty
        }
        func sent(_ url: String, _ body: String) -> HTTPRequest {
            let headers: HTTPHeaders = ["Content-Type": "application/json"]
            return HTTPRequest(
                method: "POST",
                url: url,
                headers: headers,
                body: Array(body.utf8),
                reach: Reach(origins: [])
            )
        }
        let expected = Exchange.Request(
            method: "POST",
            url: "https://x.example/[secret a/b]/x?q=1&key=[secret a/b]",
            body: .json(["key": "[secret a/b]", "text": "a [secret a/b] c", "n": 1.0, "list": [1, 2]])
        )
        #expect(
            await replay(expected, sent("https://x.example/abc/x?q=1", "{\"n\":1,\"text\":\"a b c\",\"list\":[1,2]}"))
        )
        #expect(
            await replay(
                expected,
                sent("https://x.example/abc/x?key=9&q=1", "{\"list\":[1,2],\"text\":\"a b c\",\"n\":1,\"key\":\"k\"}")
            )
        )
        #expect(
            await !replay(expected, sent("https://x.example/abc/y?q=1", "{\"n\":1,\"text\":\"a b c\",\"list\":[1,2]}"))
        )
        #expect(
            await !replay(expected, sent("https://x.example/abc/x?q=2", "{\"n\":1,\"text\":\"a b c\",\"list\":[1,2]}"))
        )
        #expect(
            await !replay(expected, sent("https://x.example/abc/x?q=1", "{\"n\":1,\"text\":\"a b d\",\"list\":[1,2]}"))
        )
        #expect(
            await !replay(expected, sent("https://x.example/abc/x?q=1", "{\"n\":1,\"text\":\"a b c\",\"list\":[2,1]}"))
        )
        #expect(
            await !replay(
                expected,
                sent("https://x.example/abc/x?q=1", "{\"n\":1,\"text\":\"a b c\",\"list\":[1,2],\"more\":1}")
            )
        )
    }
}
