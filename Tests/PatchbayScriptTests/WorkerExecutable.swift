import Foundation

/// The built `patchbay`, which serves as worker when called with `script-worker`: it stands beside the test bundle.
func patchbayExecutable() -> String {
    var folder = URL(fileURLWithPath: CommandLine.arguments.first ?? "").resolvingSymlinksInPath()
        .deletingLastPathComponent()
    for argument in CommandLine.arguments where argument.hasSuffix(".xctest") {
        folder = URL(fileURLWithPath: argument).resolvingSymlinksInPath().deletingLastPathComponent()
    }
    let besideTests = folder.appendingPathComponent("patchbay").path
    if FileManager.default.isExecutableFile(atPath: besideTests) { return besideTests }
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    return root.appendingPathComponent(".build/debug/patchbay").path
}
