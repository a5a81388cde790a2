import ArgumentParser
import PatchbayModel

/// Brings the words of a command line into the order that the parser understands.
enum CommandLineWords {
    /// The words with the command's name first: global options that stand before it, or between a group and its command, come behind
    /// it, and `GROUP help COMMAND` becomes `help GROUP COMMAND`.
    ///
    /// - Throws: A usage failure that names an unknown command, with a near name, or an option without its value.
    static func arranged(_ arguments: [String]) throws -> [String] {
        var command: any ParsableCommand.Type = PatchbayCommand.self
        var name: [String] = []
        var options: [String] = []
        var rest = arguments[...]
        while let word = rest.first, !command.configuration.subcommands.isEmpty {
            if GlobalOptions.isWhole(word) {
                options.append(word)
                rest.removeFirst()
            } else if GlobalOptions.takesValue(word) {
                guard rest.count > 1 else { throw CommandFailure(usage: "'\(word)' needs a value") }
                options += rest.prefix(2)
                rest.removeFirst(2)
            } else if word == "help" {
                let wanted = name + rest.dropFirst().filter { !$0.hasPrefix("-") }
                _ = try self.command(named: wanted)
                return ["help"] + wanted
            } else if word.hasPrefix("-") {
                return name + rest
            } else {
                command = try subcommand(word, of: command)
                name.append(word)
                rest.removeFirst()
            }
        }
        // Without a command there is nothing for the options to change: the help comes.
        return command.configuration.subcommands.isEmpty ? name + options + rest : name
    }

    private static func command(named words: [String]) throws -> any ParsableCommand.Type {
        try words.reduce(PatchbayCommand.self) { try subcommand($1, of: $0) }
    }

    private static func subcommand(
        _ name: String,
        of group: any ParsableCommand.Type
    ) throws -> any ParsableCommand.Type {
        let known = group.configuration.subcommands
        if let found = known.first(where: { $0.configuration.commandName == name }) { return found }
        let names = known.filter { $0.configuration.shouldDisplay }.compactMap { $0.configuration.commandName }
        let remedy = NearName.remedy(for: name, among: names).map { "; \($0)" } ?? ""
        throw CommandFailure(usage: "unknown command '\(name)'\(remedy)")
    }
}
