import Foundation
import PatchbayModel
import PatchbayTerminal

/// The one place that writes to the terminal.
///
/// Control characters in what others wrote are shown as escapes, so that no name or answer can steer the terminal.
struct Console: Sendable {
    /// Where something goes.
    enum Stream: Sendable {
        case output, error
    }

    let wantsJSON: Bool
    let isQuiet: Bool
    let usesColor: Bool

    init(wantsJSON: Bool = false, isQuiet: Bool = false, usesColor: Bool = false) {
        self.wantsJSON = wantsJSON
        self.isQuiet = isQuiet
        self.usesColor = usesColor
    }

    /// Something for people: a result.
    ///
    /// With `--json` it goes to standard error.
    func say(_ text: String = "") {
        if isQuiet && wantsJSON { return }
        write(Self.visible(text) + "\n", to: wantsJSON ? .error : .output)
    }

    /// A piece of a result for people; the line goes on.
    func show(part text: String) {
        write(Self.visible(text), to: .output)
    }

    /// Rows in columns; nothing where there are none.
    func table(_ rows: [[String]], indent: String = "") {
        if !rows.isEmpty { say(Table.text(rows, indent: indent)) }
    }

    /// Something beside the result: progress, a hint.
    ///
    /// Silent with `--quiet`.
    func note(_ text: String) {
        if isQuiet { return }
        write(Self.visible(text) + "\n", to: .error)
    }

    /// The command's one JSON value.
    ///
    /// What would steer a terminal stands in its strings as escapes, which mean the same.
    func emit(_ value: JSONValue) {
        write(
            Self.escaped(JSONWriter(.compact).text(value)) { "\\u" + String($0.value + 0x10000, radix: 16).dropFirst() }
                + "\n",
            to: .output
        )
    }

    /// An error, for people on standard error, and with `--json` as a value on standard output.
    func show(_ failure: CommandFailure) {
        if failure.isUsage {
            write(Self.visible(failure.message) + "\n", to: .error)
        } else {
            for diagnostic in failure.diagnostics { write(Self.visible(diagnostic.description) + "\n", to: .error) }
            if !failure.message.isEmpty {
                write(paint("error: ", .red) + Self.visible(failure.message) + "\n", to: .error)
            }
        }
        if wantsJSON { emit(failure.json) }
    }

    /// Text as it is, already safe.
    func write(_ text: String, to stream: Stream) {
        guard stream == .output else {
            Terminal.write(text)
            return
        }
        let fault = Terminal.write(text, to: STDOUT_FILENO)
        // A reader that went away is no reason to fail; a result that is lost, such as on a full disk, is.
        guard ![0, EPIPE, EBADF].contains(fault) else { return }
        Terminal.write("error: can't write standard output: \(unsafe String(cString: strerror(fault)))\n")
        exit(1)
    }

    /// Colors of results.
    enum Color: String {
        case red = "31"
        case green = "32"
        case bold = "1"
    }

    /// Text in a color, where colors are wanted.
    func paint(_ text: String, _ color: Color) -> String {
        usesColor ? "\u{1B}[\(color.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// The text with control and bidirectional formatting characters shown as `\u{…}`; line breaks and tabs stay.
    static func visible(_ text: String) -> String {
        escaped(text) { "\\u{\(String($0.value, radix: 16))}" }
    }

    /// A text that belongs on one line, such as a name: as ``visible(_:)``, with spaces for line breaks and tabs.
    static func line(_ text: String) -> String {
        let seen = visible(text)
        guard seen.utf8.contains(where: { $0 == 0x0A || $0 == 0x09 }) else { return seen }
        return seen.replacing("\n", with: " ").replacing("\t", with: " ")
    }

    private static func escaped(_ text: String, as escape: (Unicode.Scalar) -> String) -> String {
        let hasSuspect = text.utf8.contains { $0 >= 0x7F || $0 < 0x20 && $0 != 0x0A && $0 != 0x09 }
        guard hasSuspect, text.unicodeScalars.contains(where: isHidden) else { return text }
        return text.unicodeScalars.reduce(into: "") { result, scalar in
            if isHidden(scalar) {
                result += escape(scalar)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }

    /// Controls, line and paragraph separators, and what Unicode calls Bidi_Control.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: false
        case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }
}
