import ArgumentParser
import PatchbayModel

/// Checks the names of commands before they are parsed, so that a mistyped one gets a near name.
enum CommandNames {
    /// - Throws: A usage failure that names the unknown command.
    static func check(_ arguments: [String]) throws {
        var command: any ParsableCommand.Type = PatchbayCommand.self
        for argument in arguments {
            let known = command.configuration.subcommands
            guard !known.isEmpty, !argument.hasPrefix("-"), argument != "help" else { return }
            guard let next = known.first(where: { $0.configuration.commandName == argument }) else {
                let names = known.filter { $0.configuration.shouldDisplay }.compactMap { $0.configuration.commandName }
                let remedy = NearName.remedy(for: argument, among: names) ?? ""
                throw CommandFailure(usage: "unknown command '\(argument)'; \(remedy)")
            }
            command = next
        }
    }
}
