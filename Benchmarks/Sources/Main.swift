import Foundation
import Glibc

/// Measures parts of the program from the inside and prints rows of a Markdown table.
///
/// `PatchbayBenchmarks MATERIAL PATCHBAY [PART…]` runs all parts or some. `rate PART …` measures one part for about a second and
/// prints how many it does per second of CPU: what a driver alternates with another program. `mock` is the server that
/// calls go to, in a process of its own so that its CPU time is not ours.
@main
enum Benchmarks {
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            switch arguments.first {
            case "mock": try StaticServer.run()
            case "rate": try await rate(Array(arguments.dropFirst()))
            default: try await table(arguments)
            }
        } catch {
            FileHandle.standardError.write(Data("benchmark: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func table(_ arguments: [String]) async throws {
        guard arguments.count >= 2 else { throw BenchmarkError("usage: PatchbayBenchmarks MATERIAL PATCHBAY [PART…]") }
        let material = Material(folder: arguments[0], patchbay: arguments[1])
        let chosen = Set(arguments.dropFirst(2))
        let parts: [(String, (Material) async throws -> [Row])] = [
            ("json", JSONBenchmark.rows), ("schema", SchemaBenchmark.rows), ("registry", RegistryBenchmark.rows),
            ("export", ExportBenchmark.rows), ("dialog", DialogBenchmark.rows), ("store", StoreBenchmark.rows),
            ("service", ServiceBenchmark.rows), ("script", ScriptBenchmark.rows),
        ]
        for (name, rows) in parts where chosen.isEmpty || chosen.contains(name) {
            for row in try await rows(material) { print(row.markdown) }
            fflush(nil)
        }
    }

    private static func rate(_ arguments: [String]) async throws {
        guard let part = arguments.first else { throw BenchmarkError("usage: PatchbayBenchmarks rate PART …") }
        let value: Double
        switch part {
        case "dialog": value = try await DialogBenchmark.rate()
        case "service" where arguments.count == 3:
            value = try await ServiceBenchmark.rate(port: Int(arguments[1]) ?? 0, atATime: Int(arguments[2]) ?? 1)
        case "store" where arguments.count == 2:
            let rate = try await StoreBenchmark.rate(inFlight: Int(arguments[1]) ?? 1)
            print(rate.wall)
            value = rate.processor
        case "script" where arguments.count == 2: value = try await ScriptBenchmark.rate(executable: arguments[1])
        default: throw BenchmarkError("there is no part '\(part)' with these arguments")
        }
        print(value)
    }
}

/// What the parts work on.
struct Material {
    /// Holds `registry/` (1,000 plugins) and `export/` (1,000 files).
    let folder: String
    /// The release build of the program, which serves as worker of scripts.
    let patchbay: String
}

/// Why nothing was measured.
struct BenchmarkError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
