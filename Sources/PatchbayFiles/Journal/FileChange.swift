/// One file of a change that happens whole or not at all.
package enum FileChange: Sendable, Equatable {
    /// The file holds these bytes afterwards; folders are made as needed.
    ///
    /// `mode` are the exact permissions; nil keeps those of the file that is replaced, else 0644.
    case write(RelativePath, [UInt8], mode: UInt32?)
    /// There is no such file afterwards; without one nothing happens.
    case remove(RelativePath)

    package var path: RelativePath {
        switch self {
        case .write(let path, _, _), .remove(let path): path
        }
    }

    /// The file holds these bytes afterwards, with the permissions it has, else 0644.
    package static func write(_ path: RelativePath, _ bytes: [UInt8]) -> FileChange { .write(path, bytes, mode: nil) }
}

/// What was found of a change that was interrupted, and what was done about it.
package struct Recovery: Sendable, Equatable, CustomStringConvertible {
    /// What became of the change.
    package enum Outcome: Sendable, Equatable {
        /// It had been decided, so it was completed: the new state stands.
        case finished
        /// It had not been decided, or was being taken back: the old state stands.
        case discarded
    }

    package let outcome: Outcome
    /// How many files the change covers; 0 when it had not got so far.
    package let files: Int

    package var description: String {
        let what =
            files == 0 ? "an interrupted change" : "an interrupted change of \(files) file\(files == 1 ? "" : "s")"
        return switch outcome {
        case .finished: "finished \(what)"
        case .discarded: "took back \(what)"
        }
    }
}
