import PatchbayModel

/// What the assistant says when its author has written nothing for the case; English and German.
enum StandardTexts {
    private static func text(_ english: String, _ german: String) -> LocalizedText? {
        LocalizedText(.object(["en": .string(english), "de": .string(german)]), language: "en")
    }

    /// Standard responses by their key in `patchbay.json`.
    static let responses: [String: LocalizedText] = [
        "notUnderstood": text(
            "Sorry, I did not understand that.",
            "Das habe ich leider nicht verstanden."
        ),
        "dialogChanged": text(
            "This conversation's dialog has been changed meanwhile, so I have to start over. What can I do for you?",
            "Der Dialog dieses Gesprächs wurde inzwischen geändert, wir müssen neu beginnen. Was kann ich für dich tun?"
        ),
        "failed": text(
            "Something went wrong, and I had to stop here.",
            "Da ist etwas schiefgegangen, ich musste hier abbrechen."
        ),
    ].compactMapValues(\.self)

    /// Asked by an entity without prompts.
    static let ask = text("Please enter a value for “%”.", "Bitte gib einen Wert für „%“ ein.")
    /// Said by a confirmation without prompts.
    static let confirm = text("Is that right?", "Ist das richtig?")

    /// One of the texts with its `%` filled in.
    static func say(_ text: LocalizedText?, in language: String, _ part: String = "") -> String {
        (text?.text(in: language) ?? "").replacing("%", with: part)
    }
}
