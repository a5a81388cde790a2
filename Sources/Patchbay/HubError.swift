/// Why the hub did not do what it was asked, in the words of its doors.
public struct HubError: Error, Equatable, CustomStringConvertible {
    /// A word for programs.
    public let code: String
    /// What, where, and how to mend it.
    public let description: String

    package init(_ code: String, _ description: String) {
        self.code = code
        self.description = description
    }

    static func badReference(_ text: String) -> HubError {
        HubError("usage", "'\(text)' names no template; write PLUGIN/TEMPLATE, for example openai/extract-skills")
    }
}
