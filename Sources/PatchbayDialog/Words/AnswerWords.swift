/// What means yes and no, in English and German.
enum AnswerWords {
    static let yes: Set<String> = [
        "yes", "y", "yeah", "yep", "yup", "sure", "ok", "okay", "correct", "right", "true", "of course", "certainly",
        "absolutely",
        "definitely", "fine", "please do", "go ahead", "do it", "sounds good", "thats right", "that is right",
        "thats correct",
        "that is correct", "yes please", "i do", "confirm", "confirmed", "agreed", "alright", "all right",
        "ja", "j", "jo", "jep", "jawohl", "klar", "na klar", "aber klar", "gerne", "gern", "richtig", "stimmt", "genau",
        "korrekt", "sicher", "natürlich",
        "selbstverständlich", "einverstanden", "in ordnung", "passt", "ja bitte", "ja gerne", "mach das", "wahr",
        "auf jeden fall",
        "das stimmt", "das ist richtig", "bestätigt",
    ]

    static let no: Set<String> = [
        "no", "n", "nope", "nah", "not", "wrong", "incorrect", "false", "never", "no thanks", "no thank you", "dont",
        "do not",
        "please dont", "not really", "no way", "negative", "not correct", "thats wrong", "that is wrong", "cancel",
        "stop",
        "nein", "ne", "nee", "nö", "falsch", "nicht", "niemals", "nie", "nein danke", "lieber nicht", "nicht wirklich",
        "auf keinen fall",
        "stimmt nicht",
        "das stimmt nicht", "das ist falsch", "nicht richtig", "abbrechen",
    ]

    static let yesEmoji: Set<Unicode.Scalar> = ["👍", "👌", "✅", "✔", "🆗", "🙂", "😊"]
    static let noEmoji: Set<Unicode.Scalar> = ["👎", "❌", "🚫", "✖", "🙁"]

    /// Whether a text means yes or no; nil when it means neither, or both.
    ///
    /// A text that begins with a phrase counts (`yes, that one`), also behind a short word such as `oh`; `yes` and `no` take
    /// the author's own phrases, tried first and only as a whole text.
    static func answer(_ text: String, yes ownYes: [String] = [], no ownNo: [String] = []) -> Bool? {
        if let emoji = emoji(text) { return emoji }
        guard text.utf8.count <= 1_000 else { return nil }
        let folded = PlainText.fold(text)
        guard !folded.isEmpty else { return nil }
        if ownYes.contains(where: { PlainText.fold($0) == folded }) { return true }
        if ownNo.contains(where: { PlainText.fold($0) == folded }) { return false }
        if yes.contains(folded) { return true }
        if no.contains(folded) { return false }
        let words = folded.split(separator: " ")
        guard words.count <= 8, let first = words.first.map(String.init) else { return nil }
        // Only the plain words open a sentence safely: "right now it is broken" is no yes.
        switch first {
        case "yes", "yeah", "yep", "sure", "ok", "okay", "ja", "klar", "gerne": return true
        case "no", "nope", "nein", "nee", "nö": return false
        default: return nil
        }
    }

    private static func emoji(_ text: String) -> Bool? {
        let scalars = text.unicodeScalars
        guard scalars.count <= 16, scalars.contains(where: { $0.value > 0x2000 }) else { return nil }
        let isYes = scalars.contains { yesEmoji.contains($0) }
        let isNo = scalars.contains { noEmoji.contains($0) }
        return isYes == isNo ? nil : isYes
    }
}
