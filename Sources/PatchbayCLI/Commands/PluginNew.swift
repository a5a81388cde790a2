import ArgumentParser
import Patchbay
import PatchbayModel
import PatchbayRegistry
import PatchbayTerminal

extension PluginCommand {
    /// `patchbay plugin new`: a folder that works, to be changed.
    struct New: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "new",
            abstract: "Make the folder of a new plugin: manifest, tapes, a template and its samples.",
            discussion: """
                What is made passes 'plugin lint' and 'plugin test' as it stands. On a terminal it asks for what no option says. Example:

                  patchbay plugin new bookmobile --base-url https://api.bookmobile.example/v1 --authorization apiKey
                """
        )

        private static let kinds = AuthorizationType.Kind.allCases.map(\.rawValue)

        @Argument(help: "The plugin's id: a lower-case letter, then lower-case letters, digits or hyphens.")
        var id: String
        @Option(help: "What the service is called; by default made from the id.") var name: String?
        @Option(
            help: ArgumentHelp(
                "Where the service's operations start; {name} is a part that each user says.",
                valueName: "url"
            )
        )
        var baseURL: String?
        @Option(help: ArgumentHelp("How it is authorized: \(kinds.joined(separator: ", ")).", valueName: "type"))
        var authorization: String?
        @Option(help: ArgumentHelp("Where the plugin's folder is made; by default here.", valueName: "dir"))
        var directory: String?
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func validate() throws {
            if directory == "" { throw ValidationError("the directory's name is empty") }
            if let authorization { _ = try Self.kind(authorization) }
        }

        func run(in session: Session) async throws -> CommandOutcome {
            // A bad id or place is said before anything is asked.
            _ = try PluginStart(id: id, name: name, baseURL: baseURL)
            let title = answer(name, "Name of the service", PluginStart.name(from: id), in: session)
            let url = answer(baseURL, "Base URL of its operations", PluginStart.baseURL(for: id), in: session)
            let type = answer(
                authorization,
                "Authorization (\(Self.kinds.joined(separator: ", ")))",
                "apiKey",
                in: session
            )
            let start = try PluginStart(id: id, name: title, baseURL: url, authorization: try Self.kind(type))
            let made = try session.hub.make(start, id: id, in: directory)
            session.console.say("Made the plugin '\(id)' in \(made.place): \(made.files.count) files.")
            session.console.note("Next: patchbay plugin test \(made.place.contains("/") ? "" : "./")\(made.place)")
            return CommandOutcome(
                json: [
                    "applied": true, "id": .string(id), "folder": .string(made.place),
                    "files": .array(made.files.map(JSONValue.string)),
                ]
            )
        }

        private func answer(_ given: String?, _ question: String, _ usual: String, in session: Session) -> String {
            if let given { return given }
            guard session.canAsk else { return usual }
            let answer = Terminal.ask(Console.line("\(question) [\(usual)]: ")) ?? ""
            return answer.isEmpty ? usual : answer
        }

        private static func kind(_ word: String) throws -> AuthorizationType.Kind {
            guard let kind = AuthorizationType.Kind(rawValue: word) else {
                let remedy = NearName.remedy(for: word, among: kinds).map { "; \($0)" } ?? ""
                throw ValidationError("'\(word)' is no authorization type\(remedy)")
            }
            return kind
        }
    }
}
