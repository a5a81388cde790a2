import ArgumentParser
import Foundation
import Patchbay
import PatchbayModel
import PatchbayRegistry

extension PluginCommand {
    /// `patchbay plugin index …`: catalogues of others, each one signed file.
    struct Index: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "index",
            abstract: "Take plugins from signed index files of others, or make one.",
            subcommands: [Add.self, List.self, Update.self, Remove.self, Make.self]
        )

        struct Add: HubCommand {
            static let configuration = CommandConfiguration(
                commandName: "add",
                abstract: "Read an index and take plugins from it from now on."
            )

            @Argument(help: "What it shall be called here.") var name: String
            @Argument(help: "The index's file, or its https address.") var place: String
            @Option(
                help: ArgumentHelp(
                    "The public key that signs it, ed25519:…, or a file with it; may be repeated.",
                    valueName: "key"
                )
            )
            var key: [String]
            @Option(
                help: ArgumentHelp(
                    "A private address that may be called for it; may be repeated.",
                    valueName: "host:port"
                )
            )
            var allow: [String] = []
            @OptionGroup(title: "Global options") var global: GlobalOptions

            func validate() throws {
                if key.isEmpty { throw ValidationError("say with --key whose signature the index needs") }
            }

            func run(in session: Session) async throws -> CommandOutcome {
                let keys = try key.map { try session.hub.publicKey($0).key }
                let row = try await session.hub.addIndex(name, at: place, keys: keys, allowed: allow)
                let count = row.index.map { Set($0.entries.map(\.id)).count } ?? 0
                session.console.say("Index \(name) offers \(count) plugin\(count == 1 ? "" : "s").")
                return CommandOutcome(json: Index.json(row))
            }
        }

        struct List: HubCommand {
            static let configuration = CommandConfiguration(
                commandName: "list",
                abstract: "List the indexes, their versions, and when they expire."
            )

            @OptionGroup(title: "Global options") var global: GlobalOptions

            func run(in session: Session) async throws -> CommandOutcome {
                let rows = try session.hub.indexRows()
                if rows.isEmpty {
                    session.console.say("No index; 'patchbay plugin index add NAME PLACE --key KEY' adds one.")
                }
                session.console.table(
                    rows.map { row in
                        let expiry = row.index.map {
                            "\(row.isExpired ? "expired" : "expires") \($0.expires.formatted(.iso8601))"
                        }
                        return [
                            row.source.name, "version \(row.source.seen)", expiry ?? "not at hand", row.source.place,
                        ]
                    }
                )
                for problem in rows.compactMap(\.problem) { session.console.note(problem) }
                return CommandOutcome(json: ["indexes": .array(rows.map(Index.json))])
            }
        }

        struct Update: HubCommand {
            static let configuration = CommandConfiguration(
                commandName: "update",
                abstract: "Read the indexes anew."
            )

            @Argument(help: "The index's name; without one all.") var name: String?
            @OptionGroup(title: "Global options") var global: GlobalOptions

            func run(in session: Session) async throws -> CommandOutcome {
                var rows: [JSONValue] = []
                var hasFailed = false
                for source in try session.hub.indexSources(name) {
                    do {
                        let (index, isNew) = try await session.hub.updateIndex(source)
                        session.console.say(
                            "\(source.name): version \(index.version)"
                                + (isNew ? ", before \(source.seen)." : ", as before.")
                        )
                        rows.append(
                            [
                                "name": .string(source.name), "version": .number(JSONNumber(index.version)),
                                "updated": .bool(isNew),
                            ]
                        )
                    } catch is CancellationError {
                        throw CancellationError()
                    } catch {
                        let failure = CommandFailure(error)
                        for diagnostic in failure.diagnostics { session.console.note("\(diagnostic)") }
                        session.console.say("\(source.name): \(failure.message)")
                        rows.append(
                            [
                                "name": .string(source.name), "version": .number(JSONNumber(source.seen)),
                                "updated": false,
                                "error": ["code": .string(failure.code), "message": .string(failure.message)],
                            ]
                        )
                        hasFailed = true
                    }
                }
                if rows.isEmpty { session.console.say("No index to read.") }
                return CommandOutcome(json: ["indexes": .array(rows)], exitCode: hasFailed ? 1 : 0)
            }
        }

        struct Remove: HubCommand {
            static let configuration = CommandConfiguration(
                commandName: "remove",
                abstract: "Take no more plugins from an index; those that are installed stay."
            )

            @Argument(help: "The index's name.") var name: String
            @OptionGroup(title: "Global options") var global: GlobalOptions

            func run(in session: Session) async throws -> CommandOutcome {
                try session.hub.removeIndex(name)
                session.console.say("Index \(name) is asked no longer.")
                return CommandOutcome(json: ["removed": .string(name)])
            }
        }

        fileprivate static func json(_ row: IndexRow) -> JSONValue {
            var value: JSONObject = [
                "name": .string(row.source.name), "place": .string(row.source.place),
                "version": .number(JSONNumber(row.source.seen)),
                "keys": .array(row.source.keys.map { .string($0.text) }), "expired": .bool(row.isExpired),
            ]
            value["expires"] = row.index.map { .string($0.expires.formatted(.iso8601)) }
            value["plugins"] = row.index.map { .number(JSONNumber(Set($0.entries.map(\.id)).count)) }
            value["problem"] = row.problem.map(JSONValue.string)
            return .object(value)
        }
    }
}
