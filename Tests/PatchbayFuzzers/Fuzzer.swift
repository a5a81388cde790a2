import Foundation
import Glibc

/// A reader or a piece of logic that takes bytes from strangers; it must neither crash nor hang, whatever they are.
protocol Fuzzer: Sendable {
    /// Takes one input.
    ///
    /// - Throws: ``Mistake`` when what came out breaks a promise.
    func take(_ input: [UInt8]) throws
}

/// A promise that was broken.
struct Mistake: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// The fuzzers by the names that `scripts/fuzz` knows them by.
private let fuzzers: [String: any Fuzzer] = [
    "manifest": ManifestFuzzer(), "template": TemplateFuzzer(), "dialog": DialogFuzzer(), "archive": ArchiveFuzzer(),
    "merge": MergeFuzzer(), "expression": ExpressionFuzzer(),
]

private func say(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

private let chosen: any Fuzzer = {
    let name = ProcessInfo.processInfo.environment["PATCHBAY_FUZZER"] ?? ""
    guard let fuzzer = fuzzers[name] else {
        say("PATCHBAY_FUZZER names one of \(fuzzers.keys.sorted().joined(separator: ", "))")
        exit(64)
    }
    return fuzzer
}()

/// What libFuzzer calls (llvm.org/docs/LibFuzzer.html, "Fuzz Target").
@_cdecl("LLVMFuzzerTestOneInput")
public func takeOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    do {
        try chosen.take(input)
    } catch {
        // libFuzzer keeps the input of a program that aborts.
        say("\(error)")
        abort()
    }
    return 0
}
