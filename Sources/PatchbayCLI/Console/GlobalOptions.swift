import ArgumentParser

/// What every command takes, before or after its name.
struct GlobalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The workspace's folder; by default the nearest one upwards.", valueName: "dir"),
        completion: .directory
    )
    var workspace: String?

    @Option(
        help: ArgumentHelp("The home's folder; by default PATCHBAY_HOME, else ~/.config/patchbay.", valueName: "dir"),
        completion: .directory
    )
    var home: String?

    @Option(
        help: ArgumentHelp(
            "A catalogue's folder; by default PATCHBAY_PLUGINS, else the one beside the program.",
            valueName: "dir"
        ),
        completion: .directory
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

    /// Whether a word is a global flag, or a global option with its value in it.
    static func isWhole(_ word: String) -> Bool {
        ["--json", "--quiet", "--no-color", "--yes"].contains(word)
            || word.count > 1 && word.first == "-" && word.dropFirst().allSatisfy { "qy".contains($0) }
            || word.contains("=") && takesValue(String(word.prefix { $0 != "=" }))
    }

    /// Whether the word after this one is its value.
    static func takesValue(_ word: String) -> Bool { ["--workspace", "--home", "--plugins"].contains(word) }
}
