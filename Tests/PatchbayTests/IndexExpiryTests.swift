import Foundation
import Patchbay
import PatchbayModel
import Testing

@Suite("An index that gets old")
struct IndexExpiryTests {
    /// The machine's clock, some days ahead.
    private struct LaterClock: HubClock {
        let days: Double

        func now() -> Date { Date(timeIntervalSinceNow: days * 86_400) }
        func sleep(for duration: Duration) async throws {}
    }

    /// The hub of a program's home, some days later.
    private static func hub(_ program: Program, days: Double) -> Hub {
        Hub(
            HubConfiguration(
                home: program.place.path + "/home",
                workspace: program.place.path + "/ws",
                catalogues: [],
                environment: [:],
                clock: LaterClock(days: days)
            )
        )
    }

    @Test func `offers nothing any longer, and takes away nothing that was installed`() async throws {
        let program = try await PluginIndexTests.shop(expires: "30d")
        try await program.run(PluginIndexTests.add).expectSuccess()
        let fresh = Self.hub(program, days: 29)
        #expect(try fresh.pluginRows().rows.map(\.index) == ["shop"])
        let candidate = try await fresh.candidate("quillpost")
        let old = Self.hub(program, days: 31)
        let (rows, diagnostics) = try old.pluginRows()
        #expect(rows.isEmpty)
        #expect(diagnostics.contains { $0.message.contains("index 'shop' expired on") })
        for index in [nil, "shop"] {
            let error = await #expect(throws: (any Error).self) { try await old.candidate("quillpost", from: index) }
            #expect(error.map { "\($0)" }?.contains("index 'shop' expired on") == true, "\(error.debugDescription)")
        }
        #expect(try await old.refreshIndexes().first?.contains("expired on") == true)

        _ = try fresh.install(candidate)
        #expect(try await old.candidate("quillpost").isInstalled)
        #expect(try old.verifyPlugins(nil).allSatisfy(\.isGood))
    }
}
