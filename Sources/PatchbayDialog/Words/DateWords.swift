/// The words that name days and hours, in English and German; people mix languages, so all are known everywhere.
enum DateWords {
    /// Days from today.
    static let days: [[String]: Int] = [
        ["today"]: 0, ["tomorrow"]: 1, ["yesterday"]: -1,
        ["day", "after", "tomorrow"]: 2, ["day", "before", "yesterday"]: -2,
        ["heute"]: 0, ["morgen"]: 1, ["gestern"]: -1, ["übermorgen"]: 2, ["vorgestern"]: -2,
    ]

    /// Days of the week, Monday is 1 (ISO 8601).
    static let weekdays: [String: Int] = [
        "monday": 1, "tuesday": 2, "wednesday": 3, "thursday": 4, "friday": 5, "saturday": 6, "sunday": 7,
        "mon": 1, "tue": 2, "tues": 2, "wed": 3, "thu": 4, "thur": 4, "thurs": 4, "fri": 5, "sat": 6, "sun": 7,
        "montag": 1, "dienstag": 2, "mittwoch": 3, "donnerstag": 4, "freitag": 5, "samstag": 6, "sonnabend": 6,
        "sonntag": 7,
    ]

    /// Before a weekday: the first one after today.
    static let next: Set<String> = [
        "next", "coming", "nächsten", "nächster", "nächste", "nächstes", "kommenden", "kommender", "kommende",
    ]

    /// Before a weekday: the last one before today.
    static let last: Set<String> = [
        "last", "past", "letzten", "letzter", "letzte", "vergangenen", "vergangener", "vergangene",
    ]

    /// Words that lead away from the day beside them, as in "friday next week" or "heute in einer Woche".
    static let spans: Set<String> = [
        "week", "weeks", "fortnight", "month", "months", "year", "years",
        "woche", "wochen", "monat", "monate", "monaten", "jahr", "jahre", "jahren",
    ]

    /// Words that make another time of the hour beside them, as in "half past six" or "Viertel vor 5".
    static let partsOfHours: Set<String> = ["half", "quarter", "past", "halb", "viertel", "dreiviertel"]
    /// The same, right behind a number: "5 vor 12", "from 6 to 8".
    static let betweenHours: Set<String> = ["to", "till", "until", "before", "after", "vor", "nach", "bis"]

    /// Parts of the day in which an hour up to 11 is one of the afternoon.
    static let afternoon: Set<String> = ["afternoon", "evening", "nachmittag", "nachmittags", "abend", "abends"]

    /// Parts of the day that may stand behind a whole hour.
    static let partsOfDays = afternoon.union(["morning", "morgen", "morgens", "früh"])

    /// Whole hours by name.
    static let hours: [String: Int] = [
        "noon": 12, "midday": 12, "midnight": 0, "mittag": 12, "mittags": 12, "mitternacht": 0,
    ]
}
