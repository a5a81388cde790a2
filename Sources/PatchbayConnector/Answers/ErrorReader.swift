import Foundation
import PatchbayModel

/// Tells what kind of failure an answer is, by the rules of an operation, of its manifest, and of HTTP.
struct ErrorReader {
    /// A failure with what it says about another try.
    struct Verdict {
        var failure: Failure
        /// Whether to try again; nil means as the kind suggests.
        var retries: Bool?
        /// How long the service wants us to wait.
        var wait: Duration?
        /// What was answered; nil when it could not be read.
        var reply: Caller.Reply?
    }

    let operation: ServiceOperation?
    let manifest: PluginManifest?
    let grant: Grant
    let redactor: Redactor
    /// What was called.
    let url: String

    /// The host that was called, for messages.
    var host: String { ServiceURL.host(of: url) }

    private static let longestMessage = 500

    /// Why an answer is a failure; nil when it is none.
    ///
    /// A date in `Retry-After` is compared with `now`.
    func verdict(status: Int, headers: HTTPHeaders, body: JSONValue, now: Date) -> Verdict? {
        let isGood = (200..<300).contains(status)
        let rules = (operation?.errors ?? []) + (manifest?.errors ?? [])
        let rule = rules.first { rule in
            (!isGood || rule.when.body != nil) && rule.when.holds(status: status, header: { headers[$0] }, body: body)
        }
        if isGood, rule == nil { return nil }
        let kind = rule?.kind ?? Self.usualKind(of: status)
        let words = said(in: body, headers: headers, rule: rule)
        let text = message(kind: kind, status: status, words: words, headers: headers)
        let waits = (rule?.waits ?? []).lazy.compactMap { Self.wait($0, headers: headers, body: body, now: now) }
        let wait = waits.first ?? Self.wait(header: "retry-after", unit: "s", headers: headers, now: now)
        let retries = (300..<400).contains(status) ? false : rule?.retries
        let failure = Failure(kind, status: status, text)
        let reply = Caller.Reply(status: status, headers: headers, body: body, failure: failure)
        return Verdict(failure: failure, retries: retries, wait: wait, reply: reply)
    }

    /// The kind of a status that no rule speaks of (MANIFEST.md, "Errors").
    static func usualKind(of status: Int) -> FailureKind {
        switch status {
        case 401: .authorization
        case 403: .forbidden
        case 404, 410: .notFound
        case 409: .conflict
        case 413: .tooLong
        case 429: .rateLimited
        case 400..<500: .invalid
        default: .server
        }
    }

    // MARK: - Words

    private func message(kind: FailureKind, status: Int, words: String?, headers: HTTPHeaders) -> String {
        if (300..<400).contains(status) { return redirection(status: status, headers: headers) }
        let said = words.map { ": " + $0 } ?? ""
        let integration = manifest.map { " \($0.id)" } ?? ""
        switch kind {
        case .authorization:
            return
                "key refused by \(host) (\(status))\(said); 'patchbay integration enable\(integration)' takes another"
        case .quota:
            return "\(host) answered \(status), the account's quota is used up\(said); check its plan and billing"
        case .rateLimited: return "\(host) answered \(status), too many calls\(said); try again later"
        case .tooLong: return "\(host) answered \(status), the input is too long\(said); shorten it"
        default: return "\(host) answered \(status)\(said)"
        }
    }

    private func redirection(status: Int, headers: HTTPHeaders) -> String {
        let target = headers["location"].flatMap { try? BaseURLs.origin(of: $0) }
        let place = target.map { "to " + redact("\($0)") } ?? "to another place"
        return
            "\(host) answered \(status) and redirects \(place), which is not followed; set the base URL to where the service is"
    }

    /// What the service says about the failure, fit to be shown: never markup, never long, never a secret.
    private func said(in body: JSONValue, headers: HTTPHeaders, rule: ErrorRule?) -> String? {
        let places = (rule?.message.map { [$0] } ?? []) + (manifest?.errorMessage ?? [])
        var text =
            places.lazy
            .compactMap { place in
                switch place {
                case .pointer(let pointer): body[pointer].flatMap(ScalarText.text)
                case .header(let name): headers[name]
                }
            }
            .first { !$0.isEmpty }
        if text == nil, let plain = body.string, !Self.looksLikeMarkup(plain) { text = plain }
        guard let text else { return nil }
        // Cleaning may join what stood apart, and shorten what then is no whole secret any more.
        var clean = redact(Self.clean(redact(text)))
        // Our own words go on after the service's.
        if clean.hasSuffix("."), !clean.hasSuffix("..") { clean.removeLast() }
        return clean.isEmpty ? nil : clean
    }

    /// A text without what this call's credential consists of.
    func redact(_ text: String) -> String {
        for (name, secret) in Authorizer(grant: grant).secrets {
            redactor.register(secret, as: (manifest.map { "\($0.id)/" } ?? "") + name)
        }
        return redactor.redact(text)
    }

    /// Whether a text is a page for browsers rather than words.
    static func looksLikeMarkup(_ text: String) -> Bool {
        text.prefix(512).drop { $0.isWhitespace || $0 == "\u{FEFF}" }.first == "<"
    }

    /// A text on one line, without control characters, at most 500 characters long.
    static func clean(_ text: String) -> String {
        var result = ""
        var count = 0
        for scalar in text.unicodeScalars.prefix(8 * longestMessage) {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: if result.last != " " { result.append(" ") }
            case .format, .privateUse, .surrogate, .unassigned: continue
            default: result.unicodeScalars.append(scalar)
            }
            count += 1
            if count >= longestMessage { return result.trimmingCharacters(in: .whitespaces) + "…" }
        }
        return result.trimmingCharacters(in: .whitespaces)
    }

    // MARK: - Waits

    private static func wait(_ wait: ErrorRule.Wait, headers: HTTPHeaders, body: JSONValue, now: Date) -> Duration? {
        if let name = wait.header { return self.wait(header: name, unit: wait.unit, headers: headers, now: now) }
        guard let value = wait.pointer.flatMap({ body[$0] }) else { return nil }
        return value.double.flatMap { duration($0, unit: wait.unit) }
            ?? value.string.flatMap { time($0, unit: wait.unit, now: now) }
    }

    private static func wait(header name: String, unit: String, headers: HTTPHeaders, now: Date) -> Duration? {
        headers[name].flatMap { time($0, unit: unit, now: now) }
    }

    /// Seconds or milliseconds, or a date (RFC 9110 §10.2.3); nil for anything else.
    private static func time(_ text: String, unit: String, now: Date) -> Duration? {
        let text = text.trimmingCharacters(in: .whitespaces)
        if text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }), let number = Double(text) {
            return duration(number, unit: unit)
        }
        guard let date = HTTPDate.date(text) else { return nil }
        return duration(max(0, date.timeIntervalSince(now)), unit: "s")
    }

    /// A span that is never negative and never beyond ten years.
    private static func duration(_ number: Double, unit: String) -> Duration? {
        guard number.isFinite, number >= 0 else { return nil }
        let factor: Double = unit == "ms" ? 1 : unit == "m" ? 60_000 : 1_000
        return .milliseconds(Int(min(number * factor, 315_360_000_000)))
    }
}
