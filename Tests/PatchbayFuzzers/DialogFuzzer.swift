import PatchbayDialog
import PatchbayModel

/// `dialog.json`: read, checked, written in canonical text, drawn.
struct DialogFuzzer: Fuzzer {
    func take(_ input: [UInt8]) throws {
        let (value, found) = FileCheck.read(input, as: .dialog, file: "dialog.json")
        guard let value else {
            guard found.hasErrors else { throw Mistake("no JSON, and no error says so") }
            return
        }
        let text = CanonicalText.text(value, of: .dialog)
        let again = try JSONReader().read(text)
        guard CanonicalText.text(again, of: .dialog) == text else { throw Mistake("canonical text is not stable") }
        guard !found.hasErrors else { return }
        let dialog: Dialog
        do {
            dialog = try Dialog(value)
        } catch {
            throw Mistake("a dialog without findings can't be read: \(error)")
        }
        let lint = DialogLint.diagnostics(for: dialog, file: value, scripts: [:], known: LintEnvironment())
        _ = DialogGraph.mermaid(dialog)
        _ = DialogGraph.dot(dialog)
        guard lint.count <= FileCheck.mostFindings + 1 else { throw Mistake("endless findings") }
    }
}
