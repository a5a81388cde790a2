import Foundation
import Glibc

/// One line of the table.
struct Row {
    let job: String
    let ours: String
    let beside: String
    let ratio: String
    let goal: String

    var markdown: String { "| \(job) | \(ours) | \(beside) | \(ratio) | \(goal) |" }
}

/// Seconds of CPU that this process has used, user and system, all threads.
func processorSeconds() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Seconds of CPU that running children and grandchildren have used; resolution 10 ms.
func childrenSeconds() -> Double {
    var seconds = 0.0
    var waiting = [Int(getpid())]
    while let process = waiting.popLast() {
        for task in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? [] {
            let list = (try? String(contentsOfFile: "/proc/\(process)/task/\(task)/children", encoding: .utf8)) ?? ""
            for child in list.split(separator: " ").compactMap({ Int($0) }) {
                waiting.append(child)
                let stat = (try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8)) ?? ""
                // Behind the name, which may hold blanks: utime and stime are the 12th and 13th.
                let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
                if fields.count > 13 { seconds += ((Double(fields[12]) ?? 0) + (Double(fields[13]) ?? 0)) / 100 }
            }
        }
    }
    return seconds
}

/// What this process holds resident, in bytes.
func residentBytes() -> Int {
    let statm = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    return (statm.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4_096
}

func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
}

/// What one pass of something cost, per operation.
struct Cost {
    var processor: Double
    var wall: Double

    /// Measures one pass, which returns how many operations it did.
    static func of(_ pass: () async throws -> Int) async rethrows -> Cost {
        let wall = ContinuousClock.now
        let start = processorSeconds()
        let count = Double(try await pass())
        let spent = processorSeconds() - start
        let duration = wall.duration(to: .now).components
        return Cost(
            processor: spent / count,
            wall: (Double(duration.seconds) + Double(duration.attoseconds) / 1e18) / count
        )
    }
}

/// Two ways of one job, measured in turns.
struct Comparison {
    let ours: [Cost]
    let other: [Cost]

    /// Measures pairs A B A B, after one of each that does not count.
    init(pairs: Int = 11, ours: () async throws -> Int, other: () async throws -> Int) async throws {
        var first: [Cost] = []
        var second: [Cost] = []
        for pair in 0...pairs {
            let a = try await Cost.of(ours)
            let b = try await Cost.of(other)
            if pair > 0 {
                first.append(a)
                second.append(b)
            }
        }
        self.ours = first
        self.other = second
    }

    /// Ours divided by the other, per pair.
    func ratios(_ part: KeyPath<Cost, Double>) -> [Double] {
        zip(ours, other).map { $0[keyPath: part] / $1[keyPath: part] }
    }
}

extension [Double] {
    /// The median with the spread.
    var spread: String { "\(median(self).short) (\((self.min() ?? 0).short)–\((self.max() ?? 0).short))" }
}

extension [Cost] {
    var processor: Double { median(map(\.processor)) }
    var wall: Double { median(map(\.wall)) }
}

extension Double {
    /// Three digits that count.
    var short: String {
        switch abs(self) {
        case 100...: String(Int(self.rounded()))
        case 10..<100: String(format: "%.1f", self)
        case 1..<10: String(format: "%.2f", self)
        default: String(format: "%.3f", self)
        }
    }

    /// Seconds in the unit that suits them.
    var time: String {
        self >= 1 ? short + " s" : self >= 1e-3 ? (self * 1e3).short + " ms" : (self * 1e6).short + " µs"
    }
}
