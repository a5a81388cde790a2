import Foundation
import PatchbayModel
import Testing

@Suite("A made-up service, from JSON alone")
struct MadeUpServiceTests {
    private static let key = MadeUpService.goodKey

    /// A workspace with the service's plugin installed.
    private func installed() async throws -> Program {
        var program = Program(try TemporaryPlace())
        try MadeUpService.write(to: program.place)
        try await program.run("init", "ws").expectSuccess()
        program.folder = "ws"
        try await program.run("plugin", "install", "../quillpost", "--yes").expectSuccess()
        return program
    }

    /// The same, bound to a service on this machine, with its template.
    private func enabled(_ service: LocalService) async throws -> Program {
        let program = try await installed()
        try await enable(program, service).expectSuccess()
        try await program.run("template", "install", "quillpost/send-letter").expectSuccess()
        return program
    }

    private func enable(
        _ program: Program,
        _ service: LocalService,
        at origin: String? = nil,
        key: String = key
    ) async throws -> Outcome {
        let origin = origin ?? "http://\(service.address)"
        return try await program.run(
            "integration",
            "enable",
            "quillpost",
            "--stdin",
            "--base-url",
            origin + "/api",
            "--allow",
            String(origin.drop { $0 != "/" }.dropFirst(2)),
            "--json",
            input: #"{"office": "harbour", "seal": "\#(key)"}"#
        )
    }

    private func talk(_ program: Program, _ lines: String...) async throws -> [String] {
        let chat = try await program.run(
            "chat",
            "--dialog",
            "send-letter",
            "--json",
            input: lines.joined(separator: "\n") + "\n"
        )
        return try chat.expectSuccess().said()
    }

    @Test func `passes lint and plays its sample from tapes`() async throws {
        let program = try await installed()
        let lint = try await program.run("plugin", "lint", "../quillpost", "--json").expectSuccess().json()
        #expect(lint["diagnostics"]?.array?.filter { $0["severity"]?.string == "error" } == [])
        let test = try await program.run("test", "--template", "quillpost/send-letter", "--json").expectSuccess().json()
        #expect(test["passed"]?.int == 1)
    }

    @Test func `is pinned beside other plugins that are installed at the same time`() async throws {
        let program = try await installed()
        let ids = (0..<6).map { "quillpost-\($0)" }
        let manifest = String(decoding: try program.place.bytes("quillpost/plugin.json"), as: UTF8.self)
        for id in ids {
            let own = manifest.replacing(#""id": "quillpost""#, with: #""id": "\#(id)", "x-more": 1"#)
                .replacing(#""templates": ["send-letter"]"#, with: #""templates": []"#)
            try program.place.write(own, to: "\(id)/plugin.json")
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for id in ids {
                group.addTask { try await program.run("plugin", "install", "../\(id)", "--yes").expectSuccess() }
            }
            try await group.waitForAll()
        }
        let listed = try await program.run("plugin", "list", "--json").expectSuccess().json()["plugins"]?.array ?? []
        let pinned = try JSONReader().read(Array(try program.place.bytes("ws/patchbay.lock")))["plugins"]?.array ?? []
        #expect(Set(pinned.compactMap { $0["id"]?.string }) == Set(ids + ["quillpost"]))
        #expect(listed.count >= pinned.count)
    }

    @Test func `shows before it is installed what it may do`() async throws {
        let program = Program(try TemporaryPlace())
        try MadeUpService.write(to: program.place)
        let asked = try await program.run("plugin", "install", "quillpost/").expectFailure(64, saying: "--yes")
        for text in ["https://{office}.quillpost.example", "seal", "Send a letter", "no script"] {
            #expect(asked.output.contains(text))
        }
        #expect(program.place.files().filter { $0.hasPrefix("home/plugins") } == [])
    }

    @Test func `sends exactly the requests that its manifest describes`() async throws {
        let service = try await LocalService(answer: MadeUpService.answer)
        let program = try await enabled(service)
        let said = try await talk(program, "Ada & Sons <post>", #""Dear “Ada”,\n1+1=2 & <b>50%</b> 🪶""#)
        #expect(said == ["To whom?", "What does it say?", "Letter L-7 is on its way for 1.45."])

        let requests = service.requests
        try #require(requests.count == 3)
        #expect(requests.map(\.method) == ["GET", "POST", "POST"])
        #expect(requests[0].target == "/api/office?sealKey=\(Self.key)")
        #expect(requests[0].body == "")

        #expect(requests[1].target == "/api/weigh?sealKey=\(Self.key)")
        #expect(requests[1].headers["content-type"] == "application/x-www-form-urlencoded")
        let letter = "Dear%20%E2%80%9CAda%E2%80%9D%2C%0A1%2B1%3D2%20%26%20%3Cb%3E50%25%3C%2Fb%3E%20%F0%9F%AA%B6"
        let pairs = Set(requests[1].body.replacing("+", with: "%20").split(separator: "&").map(String.init))
        #expect(pairs == ["channel=chat", "text=\(letter)", "paper=linen"])

        #expect(requests[2].target == "/api/letters?via=coach&sealKey=\(Self.key)")
        #expect(requests[2].headers["content-type"]?.hasPrefix("application/xml") == true)
        #expect(
            requests[2].body == #"<?xml version="1.0" encoding="UTF-8"?><letter><to>Ada &amp; Sons &lt;post&gt;</to>"#
                + "<page>Dear “Ada”,&#10;1+1=2 &amp; &lt;b&gt;50%&lt;/b&gt; 🪶</page><page>The Desk</page></letter>"
        )
        for request in requests {
            #expect(request.headers["host"] == service.address)
            #expect(request.headers["authorization"] == nil)
        }
    }

    @Test func `leads by its own error map to the dialog's failure path`() async throws {
        let service = try await LocalService(answer: MadeUpService.answer)
        let program = try await enabled(service)
        let said = try await talk(program, "nobody", "Hello?")
        #expect(said.last?.hasPrefix("No ink: ") == true && said.last?.contains("The inkwell is dry") == true)
    }

    @Test func `is failing once the service refuses its credential`() async throws {
        let isRefusing = Switch()
        let service = try await LocalService { request in
            isRefusing.isOn
                ? WireAnswer(status: 403, body: #"{"trouble":{"code":"Q-SEAL","words":"Seal broken."}}"#)
                : MadeUpService.answer(request)
        }
        let program = try await enabled(service)
        let before = try await program.run("integration", "list", "--json").expectSuccess().json()
        #expect(before["configured"]?[0]?["checked"]?.bool == true)

        isRefusing.turnOn()
        let said = try await talk(program, "Ada", "Hello")
        #expect(said.last?.hasPrefix("authorization: ") == true && said.last?.contains("Seal broken") == true)
        let list = try await program.run("integration", "list", "--json").expectSuccess()
        let failing = try #require(try list.json()["failing"]?.array)
        #expect(failing.map { $0["id"]?.string } == ["quillpost"])
        #expect(failing.first?["checked"]?.bool == false)
        #expect(list.errors.contains("integration enable quillpost"))
    }

    @Test func `is not enabled with a key that the service refuses`() async throws {
        let service = try await LocalService(answer: MadeUpService.answer)
        let program = try await installed()
        let refused = try await enable(program, service, key: "a-wrong-key-0123456789").expectFailure(
            saying: "refused the credential"
        )
        #expect(refused.errors.contains("The seal is not yours"))
        #expect(!(refused.output + refused.errors).contains("a-wrong-key-0123456789"))
        let list = try await program.run("integration", "list", "--json").expectSuccess().json()
        #expect(list["available"]?[0]?["id"]?.string == "quillpost")
        #expect(!FileManager.default.fileExists(atPath: program.place.path + "/ws/authorization/quillpost.json"))
    }

    @Test func `gets its credential over TLS from the host that a trusted certificate names, and nowhere else`()
        async throws
    {
        let service = try await LocalService(tls: LocalService.tls(), answer: MadeUpService.answer)
        let program = try await installed()
        let origin = "https://localhost:\(service.port)"
        let unknown = try await enable(program, service, at: origin).expectFailure(saying: "self-signed")
        #expect(unknown.errors.contains("name it in 'caFile' of settings.json"))

        let settings = #"{"formatVersion": 1, "caFile": "\#(LocalService.certificate)"}"#
        try program.place.write(settings, to: "home/settings.json")
        _ = try await enable(program, service, at: "https://\(service.address)")
            .expectFailure(saying: "is for another host name")
        #expect(service.requests.isEmpty)

        try await enable(program, service, at: origin).expectSuccess()
        try await program.run("template", "install", "quillpost/send-letter").expectSuccess()
        _ = try await talk(program, "Ada", "Hello")
        #expect(service.requests.count > 1)
    }

    @Test func `is called at the host of its tenant`() async throws {
        // A proxy sees the name that the program asks for; it goes nowhere.
        let proxy = try await LocalService { _ in WireAnswer(status: 502, body: "") }
        let program = try await installed()
        try program.place.write(#"{"formatVersion": 1, "proxy": "http://\#(proxy.address)"}"#, to: "home/settings.json")
        try await program.run(
            "integration",
            "enable",
            "quillpost",
            "--stdin",
            "--no-check",
            input: #"{"office": "harbour", "seal": "\#(Self.key)"}"#
        ).expectSuccess()
        try await program.run("template", "install", "quillpost/send-letter").expectSuccess()
        let said = try await talk(program, "Ada", "Hello")
        #expect(said.last?.hasPrefix("unreachable: ") == true)
        #expect(Set(proxy.requests.map { "\($0.method) \($0.target)" }) == ["CONNECT harbour.quillpost.example:443"])
    }

    @Test(arguments: ["evil.example/", "a.b", "-x", "a@b", "", "127.0.0.1:80"])
    func `takes no tenant that would change the host`(office: String) async throws {
        let program = try await installed()
        let enabled = try await program.run(
            "integration",
            "enable",
            "quillpost",
            "--stdin",
            "--no-check",
            "--json",
            input: #"{"office": "\#(office)", "seal": "\#(Self.key)"}"#
        )
        enabled.expectFailure(saying: "office")
    }
}
