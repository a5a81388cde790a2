import ArgumentParser
import Foundation
import Patchbay
import PatchbayDialog
import PatchbayModel
import PatchbayScript

/// `patchbay conversation …`: what is saved of conversations.
struct ConversationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conversation",
        abstract: "List and delete saved conversations.",
        discussion: "Transcripts are kept unencrypted in the home, readable only by you (mode 0600).",
        subcommands: [List.self, Delete.self]
    )

    struct List: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List saved conversations, the last first."
        )

        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let store = try session.hub.conversationStore(of: try session.workspace())
            let rows = try await store.list()
            if rows.isEmpty { session.console.say("No conversations are saved for this workspace.") }
            session.console.table(rows.map { [$0.id, $0.user, $0.state, $0.updated.formatted(.iso8601)] })
            return CommandOutcome(
                json: [
                    "conversations": .array(
                        rows.map { row in
                            [
                                "id": .string(row.id), "user": .string(row.user), "state": .string(row.state),
                                "updated": .string(row.updated.formatted(.iso8601)),
                            ]
                        }
                    )
                ]
            )
        }
    }

    struct Delete: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete",
            abstract: "Delete a saved conversation with its turns."
        )

        @Argument(help: "The conversation's id.") var id: String
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let store = try session.hub.conversationStore(of: try session.workspace())
            guard try await store.load(id) != nil else {
                let near = NearName.suggestion(for: id, among: try await store.list().map(\.id))
                let hint = near.map { "did you mean '\($0)'?" } ?? "'patchbay conversation list' shows what there is"
                throw CommandFailure("no conversation '\(id)'; \(hint)", code: "not-found")
            }
            guard try session.confirm("Delete conversation '\(id)'?") else {
                return CommandOutcome(json: ["applied": false, "id": .string(id)], exitCode: 1)
            }
            let deleted = try await store.delete(id)
            session.console.say("Deleted conversation '\(id)'.")
            return CommandOutcome(json: ["applied": .bool(deleted), "id": .string(id)])
        }
    }
}

/// `patchbay script-worker`: the confined process that runs scripts; started by the hub, not by people.
struct ScriptWorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "script-worker",
        abstract: "Run scripts that arrive on standard input.",
        shouldDisplay: false
    )

    func run() throws {
        throw ExitCode(ScriptWorker.run())
    }
}
