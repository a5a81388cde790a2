import Foundation

extension Root {
    /// The path without links, `.` and `..`: two that name the same folder are equal.
    package static func realPath(_ path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
    }
}
