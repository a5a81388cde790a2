/// The versions of the formats of files, which all count alike: each file says in `formatVersion` how it is to be read.
///
/// The reader of a version reads all earlier ones; a newer one is refused with both named.
package enum FormatVersion {
    /// The version that is written, and the highest that is read.
    package static let current = 1

    /// What is wrong with a file of a newer version; nil for any other.
    package static func finding(in value: JSONValue) -> Diagnostic? {
        guard let found = value["formatVersion"]?.int, found > current else { return nil }
        return Diagnostic(
            at: "/formatVersion",
            "'formatVersion' is \(found), and this Patchbay reads up to \(current)",
            remedy: "a newer Patchbay wrote the file; update this one"
        )
    }
}
