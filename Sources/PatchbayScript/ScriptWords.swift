import Glibc
import PatchbayModel

/// What is said about scripts that did not work.
struct ScriptWords {
    let limits: ScriptLimits
    /// What the worker's confinement lacks; empty when nothing.
    let weakness: String

    /// The failure that an answer other than a result stands for.
    func failure(for answer: ScriptAnswer, name: String) -> Failure {
        switch answer.kind {
        case .error: thrown(answer.place, name: name)
        case .unwritable: unwritable(answer, name: name)
        case .limit: limit(answer.words, at: name)
        default: say(.script, "\(name): the script's process failed: \(Self.oneLine(answer.words))")
        }
    }

    /// The failure when no answer came.
    func failure(for problem: WorkerProcess.Problem, status: Int32?, name: String) -> Failure {
        switch problem {
        case .late:
            say(
                .limit,
                "\(name): no result within \(limits.wallTime.inSeconds), so its process was ended; "
                    + "look for an endless loop of promises or a slow regular expression"
            )
        case .tooLong:
            say(.limit, "\(name): the result is longer than the limits allow; keep less in context and session")
        default: ended(status, name: name)
        }
    }

    /// The failure when the process ended by itself.
    private func ended(_ status: Int32?, name: String) -> Failure {
        guard let status else { return say(.script, "\(name): its process ended") }
        let signal = status & 0x7F
        switch signal {
        case 0: return say(.script, "\(name): its process ended by itself (exit code \(status >> 8 & 0xFF))")
        case SIGKILL:
            return say(
                .limit,
                "\(name): its process ended (signal \(signal)): something killed it, as the kernel does when the machine "
                    + "is out of memory or the process out of CPU time"
            )
        case SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGTRAP:
            return say(
                .limit,
                "\(name): its process crashed (signal \(signal)), as the engine does when it gets no more than "
                    + "\(megabytes(limits.memoryBytes)) of memory, or over a fault of its own; work on less data at a time"
            )
        default: return say(.script, "\(name): its process ended (signal \(signal))")
        }
    }

    func failureToStart(_ problem: WorkerProcess.Problem, executable: String, name: String) -> Failure {
        let cause =
            switch problem {
            case .notStarted(let number): unsafe String(cString: strerror(number))
            case .late: "it was not ready within \(limits.startTime.inSeconds)"
            default: "it ended before it was ready"
            }
        return say(.script, "\(name): the script process '\(executable)' could not be started: \(cause)")
    }

    func absence(_ words: String, name: String) -> Failure {
        guard words == "missing" else { return say(.script, "\(name): the JavaScript engine does not work: \(words)") }
        return say(
            .script,
            "\(name): scripts need a JavaScript engine that is not on this machine; install the package "
                + JavaScriptLibrary.packageName
        )
    }

    func refusal(name: String) -> Failure {
        Failure(
            .script,
            "\(name): not run, because scripts cannot be confined on this machine: \(weakness) failed; "
                + "use a kernel that allows it, or set 'allowWeakScripts' to true if you trust every script"
        )
    }

    func tooLarge(_ what: String, bytes: Int, limit: Int, name: String) -> Failure {
        say(.limit, "\(name): \(what) has \(bytes) bytes; at most \(limit) go into a script")
    }

    func unreadable(_ error: JSONSyntaxError, name: String) -> Failure {
        say(.script, "\(name): what the script left cannot be kept: \(error.problems.first?.message ?? "no JSON")")
    }

    /// An error of a script, at its place; some of them are limits.
    private func thrown(_ place: (line: Int, column: Int, words: String)?, name: String) -> Failure {
        guard let place else { return say(.script, "\(name): failed without a message") }
        let at = Self.at(name, place.line, place.column)
        if place.words == "RangeError: Out of memory" { return limit("memory", at: at) }
        if place.words == "RangeError: Maximum call stack size exceeded." { return limit("stack", at: at) }
        return say(.script, "\(at): \(Self.oneLine(place.words))")
    }

    private func unwritable(_ answer: ScriptAnswer, name: String) -> Failure {
        let part = answer.words.prefix { $0 != "\n" }
        let words = answer.place?.words ?? ""
        if words == "RangeError: Out of memory" { return limit("memory", at: name) }
        if words == "RangeError: Maximum call stack size exceeded." { return limit("stack", at: name) }
        let problem =
            if words.contains("cyclic") {
                "\(part) is cyclic; keep only values that JSON can hold"
            } else if words.contains("BigInt") {
                "\(part) holds a BigInt, which JSON lacks; turn it into a number or a text"
            } else {
                "\(part) cannot be kept as JSON: \(Self.oneLine(words))"
            }
        return say(.script, "\(name): \(problem)")
    }

    private func limit(_ what: String, at place: String) -> Failure {
        let words =
            switch what {
            case "time": "ran for more than \(limits.engineTime.inSeconds); do less, or look for an endless loop"
            case "memory": "needs more than \(megabytes(limits.memoryBytes)) of memory; work on less data at a time"
            case "stack": "calls itself too deeply; look for a recursion that does not end"
            // The function of the script's author, by its name.
            case "print": "print() was given more than \(limits.outputLength) characters"
            default: "\(what) has more than \(limits.resultLength) characters as JSON; keep less in it"
            }
        return say(.limit, "\(place): \(words)")
    }

    private func say(_ kind: FailureKind, _ message: String) -> Failure {
        Failure(kind, weakness.isEmpty ? message : "\(message) (scripts run weakly confined: \(weakness) failed)")
    }

    private func megabytes(_ bytes: Int) -> String { "\(bytes >> 20) MiB" }

    /// `name:3:7`, with what is known.
    static func at(_ name: String, _ line: Int, _ column: Int) -> String {
        line == 0 ? name : column == 0 ? "\(name):\(line)" : "\(name):\(line):\(column)"
    }

    /// A script's own words, fit for a line of a message.
    static func oneLine(_ text: String) -> String {
        let scalars = text.unicodeScalars.prefix(500).map { scalar -> Unicode.Scalar in
            let isControl =
                switch scalar.properties.generalCategory {
                case .control, .lineSeparator, .paragraphSeparator: true
                default: scalar.properties.isBidiControl
                }
            return isControl ? " " : scalar
        }
        return String(String.UnicodeScalarView(scalars)) + (text.unicodeScalars.count > 500 ? "…" : "")
    }
}
