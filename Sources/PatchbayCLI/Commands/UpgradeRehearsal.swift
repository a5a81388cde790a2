import Patchbay
import PatchbayModel
import PatchbayRecording
import PatchbayScript
import PatchbayWorkspace

/// The recorded conversations of a workspace, replayed before and after an upgrade that is not applied yet.
struct UpgradeRehearsal {
    /// One conversation.
    struct Row {
        let name: String
        /// What differs after the upgrade and did not before.
        let differences: [TestDifference]
        /// Whether it differed from its recording already.
        let failedBefore: Bool
    }

    let rows: [Row]

    /// Whether some turn differs that did not before.
    var differs: Bool { rows.contains { !$0.differences.isEmpty } }

    init(of workspace: Workspace, after: Workspace, in session: Session) async throws {
        let names = try workspace.names(in: "tests").filter { $0.hasSuffix(".json") }
        let scripts = try session.hub.scriptEngine()
        var rows: [Row] = []
        for name in names {
            // The test itself may follow a rename.
            let before = await Self.differences(of: name, in: workspace, scripts, session)
            let found = await Self.differences(of: name, in: after, scripts, session)
            rows.append(
                Row(name: name, differences: found.filter { !before.contains($0) }, failedBefore: !before.isEmpty)
            )
        }
        await scripts.close()
        self.rows = rows
    }

    /// What differs from the recording; a test that cannot run at all differs as a whole.
    private static func differences(
        of name: String,
        in workspace: Workspace,
        _ scripts: WorkerScriptEngine,
        _ session: Session
    ) async -> [TestDifference] {
        do {
            let bytes = try workspace.bytes(of: "tests/\(name)")
            let test = try session.hub.testCase(file: name, bytes: bytes, in: workspace)
            return await session.hub.run(test, scripts: scripts).differences
        } catch {
            return [TestDifference(turn: 0, what: "test", expected: "a conversation", found: "\(error)")]
        }
    }

    func tell(in session: Session) {
        if rows.isEmpty { session.console.say("No conversation is recorded in tests/; nothing to rehearse.") }
        for row in rows {
            let words =
                !row.differences.isEmpty
                ? "differs" : row.failedBefore ? "differs from its recording, as before" : "stays the same"
            session.console.say("rehearsed tests/\(row.name): \(words)")
            for difference in row.differences { session.console.say("  \(difference)") }
        }
    }

    var json: JSONValue {
        .array(
            rows.map { row in
                [
                    "name": .string(row.name), "same": .bool(row.differences.isEmpty),
                    "failedBefore": .bool(row.failedBefore), "differences": .array(row.differences.map(\.json)),
                ]
            }
        )
    }
}
