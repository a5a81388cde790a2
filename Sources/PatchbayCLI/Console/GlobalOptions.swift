import ArgumentParser

/// What every command takes, before or after its name.
struct GlobalOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The workspace's folder; by default the nearest one upwards.", valueName: "dir"))
    var workspace: String?

    @Option(
        help: ArgumentHelp("The home's folder; by default PATCHBAY_HOME, else ~/.config/patchbay.", valueName: "dir")
    )
    var home: String?

    @Option(
        help: ArgumentHelp(
            "A catalogue's folder; by default PATCHBAY_PLUGINS, else the one beside the program.",
            valueName: "dir"
        )
    )
    var plugins: String?

    @Flag(help: "Print one JSON value on standard output; what is for people goes to standard error.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print only results and errors.")
    var quiet = false

    @Flag(help: "Print no colors; NO_COLOR does the same.")
    var noColor = false

    @Flag(name: .shortAndLong, help: "Answer questions with yes.")
    var yes = false

    private static let flags: Set<String> = ["--json", "--quiet", "-q", "--no-color", "--yes", "-y"]
    private static let values: Set<String> = ["--workspace", "--home", "--plugins"]

    /// Moves global options that stand before the command behind it, where the command's own parser finds them.
    static func movedBehindCommand(_ arguments: [String]) -> [String] {
        var leading: [String] = []
        var index = 0
        while index < arguments.count {
            let argument = arguments[index]
            if flags.contains(argument) || values.contains(where: { argument.hasPrefix($0 + "=") }) {
                leading.append(argument)
                index += 1
            } else if values.contains(argument), index + 1 < arguments.count {
                leading += arguments[index...(index + 1)]
                index += 2
            } else {
                break
            }
        }
        let rest = Array(arguments[index...])
        guard !leading.isEmpty, !rest.isEmpty, rest.first?.hasPrefix("-") == false else { return arguments }
        let end = rest.firstIndex(of: "--") ?? rest.endIndex
        return rest[..<end] + leading + rest[end...]
    }
}
