import Foundation
import PatchbayModel
import Synchronization
import Testing

@Suite("An index at an https address")
struct RemoteIndexTests {
    /// A shop, served over TLS at `localhost`, whose certificate the home's settings name.
    private struct Served {
        let program: Program
        let service: LocalService
        /// Answers that come instead of the files, by path.
        let answers: Answers
        var host: String { "localhost:\(service.port)" }
        var address: String { "https://\(host)/shop/index.json" }
        var add: [String] {
            ["plugin", "index", "add", "shop", address, "--key", "../acme.pem.pub", "--allow", host]
        }

        init() async throws {
            program = try await PluginIndexTests.shop()
            let answers = Answers()
            self.answers = answers
            let place = program.place
            service = try await LocalService(tls: LocalService.tls()) { request in
                if let answer = answers.answer(to: request.target) { return answer }
                guard let bytes = try? place.bytes(String(request.target.dropFirst())) else {
                    return WireAnswer(status: 404, body: "no")
                }
                return WireAnswer(contentType: "application/octet-stream", bytes: Array(bytes))
            }
            try place.write(
                #"{ "formatVersion": 1, "caFile": "\#(LocalService.certificate)" }"#,
                to: "home/settings.json"
            )
        }
    }

    private final class Answers: Sendable {
        private let all = Mutex<[String: WireAnswer]>([:])

        func answer(to path: String) -> WireAnswer? { all.withLock { $0[path] } }
        func set(_ answer: WireAnswer?, at path: String) { all.withLock { $0[path] = answer } }
    }

    private static let install = ["plugin", "install", "quillpost", "--yes"]

    @Test func `is fetched, kept, and used without a network until it expires`() async throws {
        let served = try await Served()
        let program = served.program
        try await program.run(served.add).expectSuccess()
        try await program.run(Self.install).expectSuccess()
        #expect(served.service.requests.map(\.target) == ["/shop/index.json", "/shop/archives/q-0.3.0.zip"])
        #expect(served.service.requests.allSatisfy { $0.method == "GET" && $0.headers["authorization"] == nil })
        // Searching, listing and what is in the home need no network.
        try await program.run("plugin", "search", "letters").expectSuccess()
        try await program.run(Self.install).expectSuccess()
        #expect(served.service.requests.count == 2)
        try await PluginIndexTests.publish("0.4.0", program)
        served.answers.set(WireAnswer(status: 503, body: "later"), at: "/shop/index.json")
        let offline = try await program.run("plugin", "update").expectSuccess()
        #expect(offline.errors.contains("answered 503; going on with what was read before"))
        served.answers.set(nil, at: "/shop/index.json")
        try await program.run("plugin", "update").expectSuccess()
        let info = try await program.run("plugin", "info", "quillpost", "--json").expectSuccess().json()
        #expect(info["version"]?.string == "0.4.0")
    }

    @Test func `lies at a private address only when that is allowed`() async throws {
        let served = try await Served()
        let refused = try await served.program.run(Array(served.add.dropLast(2)))
        refused.expectFailure(saying: "is a loopback address; allow it with 'plugin index add NAME PLACE --allow")
        #expect(served.service.requests.isEmpty)
        try served.program.place.write(
            #"{ "formatVersion": 1, "caFile": "\#(LocalService.certificate)", "hosts": { "deny": ["localhost"] } }"#,
            to: "home/settings.json"
        )
        try await served.program.run(served.add).expectFailure(saying: "the host localhost is denied")
        #expect(served.service.requests.isEmpty)
    }

    @Test func `needs a certificate that holds`() async throws {
        let served = try await Served()
        try served.program.place.write(#"{ "formatVersion": 1 }"#, to: "home/settings.json")
        try await served.program.run(served.add).expectFailure(saying: "certificate")
        #expect(served.service.requests.isEmpty)
    }

    @Test func `is not endless, and leads nowhere else`() async throws {
        let served = try await Served()
        let program = served.program
        let endless = [UInt8](repeating: 0x20, count: 5 << 20)
        let other = try await LocalService { _ in WireAnswer(body: "{}") }
        let answers: [(WireAnswer, String)] = [
            (WireAnswer(bytes: endless), "was not reached"), (WireAnswer(status: 404, body: ""), "answered 404"),
            (WireAnswer(status: 200, body: "<html></html>"), "it is no JSON"),
            (WireAnswer(body: "{}", missing: 10), "was not reached"),
        ]
        for (answer, says) in answers {
            served.answers.set(answer, at: "/shop/index.json")
            let outcome = try await program.run(served.add, killedAfter: .seconds(100))
            if answer.missing == 0 { outcome.expectFailure(saying: says) } else { #expect(outcome.status != 0) }
        }
        served.answers.set(nil, at: "/shop/index.json")
        try await program.run(served.add).expectSuccess()
        // An archive longer than the index says, or one that is another one's.
        served.answers.set(WireAnswer(bytes: endless), at: "/shop/archives/q-0.3.0.zip")
        try await program.run(Self.install).expectFailure(saying: "was not reached")
        served.answers.set(WireAnswer(status: 200, body: "PK"), at: "/shop/archives/q-0.3.0.zip")
        try await program.run(Self.install).expectFailure(saying: "it has 2 bytes, not")
        served.answers.set(WireAnswer(status: 404, body: "PK"), at: "/shop/archives/q-0.3.0.zip")
        try await program.run(Self.install).expectFailure(saying: "answered 404")
        #expect(!program.place.files().contains { $0.hasPrefix("home/plugins/") })
        #expect(other.requests.isEmpty)
    }
}
