import Foundation
import PatchbayModel

/// Puts a credential into a request, at the last moment before it leaves.
struct Authorizer {
    let grant: Grant

    /// Lays down what the authorization type sends.
    ///
    /// - Throws: ``Failure`` of kind `unbound` when the credential lacks a field, `invalid` when a value cannot stand
    ///   where it goes.
    func authorize(_ draft: inout RequestDraft) throws(Failure) {
        for rule in grant.authorization.send {
            switch rule {
            // The sandbox needs no credential; but a path without one of its parts would be another path.
            case .basic where standsIn: continue
            case .value(let place, _, let parts, _)
            where standsIn && place != .path && place != .body && Self.isCredential(parts):
                continue
            // A GET has no body; operations that take the key there are others.
            case .value(.body, _, _, _) where draft.method == "GET" || draft.method == "HEAD": continue
            case .basic(let user, let password):
                let name = try text(user).value
                // The first colon ends the user (RFC 7617 §2).
                guard !name.contains(":") else {
                    throw Failure(
                        .invalid,
                        "the user of the credential holds a ':', which its service could not tell apart"
                    )
                }
                let pair = try name + ":" + text(password).value
                try draft.setHeader("Authorization", "Basic " + Data(pair.utf8).base64EncodedString())
            case .value(let place, let name, let parts, let omitsEmpty):
                let found = try text(parts)
                if omitsEmpty && found.isEmpty { continue }
                try lay(found.value, in: place, name: name, &draft)
            }
        }
    }

    /// Whether what is sent holds a secret; what does not, such as the name of a client, is sent to the sandbox too.
    private static func isCredential(_ parts: [SendPart]) -> Bool {
        parts.contains { part in
            switch part {
            case .field, .token: true
            case .literal, .connection: false
            }
        }
    }

    /// Whether words take the place of a credential: the sandbox gets none.
    private var standsIn: Bool { grant.provider == .sandbox && grant.fields.isEmpty }

    private func lay(
        _ value: String,
        in place: SendRule.Place,
        name: String,
        _ draft: inout RequestDraft
    ) throws(Failure) {
        switch place {
        case .header: try draft.setHeader(name, value)
        case .query: draft.query[name] = .string(value)
        case .path: draft.parts[name] = value
        case .cookie: draft.cookies[name] = .string(value)
        case .body:
            let pointer = name.hasPrefix("/") ? JSONPointer(name) : nil
            draft.setBody(.string(value), at: pointer ?? JSONPointer(tokens: [name]))
        }
    }

    /// The parts as one text, and whether all that it refers to is empty.
    private func text(_ parts: [SendPart]) throws(Failure) -> (value: String, isEmpty: Bool) {
        var text = ""
        var referred = false
        var found = false
        for part in parts {
            switch part {
            case .literal(let literal): text += literal
            case .connection(let key):
                referred = true
                let value = grant.connection[key] ?? ""
                found = found || !value.isEmpty
                text += value
            case .field(let key):
                referred = true
                if let secret = grant.fields[key] {
                    found = found || !secret.isEmpty
                    secret.open { text += $0 }
                    continue
                }
                guard isNeeded(key) else { continue }
                guard standsIn else {
                    throw Failure(
                        .unbound,
                        "the credential has no field '\(key)'; run 'patchbay integration enable' again"
                    )
                }
                let field = grant.authorization.fields.first { $0.key == key }
                found = true
                text += field?.defaultValue ?? "sandbox"
            case .token where standsIn: text += "sandbox"
            case .token(let name):
                throw Failure(
                    .unbound,
                    "the authorization type needs the token '\(name)', and OAuth is not supported yet"
                )
            }
        }
        return (text, referred && !found)
    }

    private func isNeeded(_ key: String) -> Bool {
        guard let field = grant.authorization.fields.first(where: { $0.key == key }) else { return true }
        return field.isRequired && field.isVisible(with: grant.fields)
    }

    /// The forms of the credential that a service could send back: its fields, and pairs made of them.
    var secrets: [(name: String, secret: Secret)] {
        var result = grant.fields.sorted { $0.key < $1.key }.map { (name: $0.key, secret: $0.value) }
        for case .basic(let user, let password) in grant.authorization.send {
            if let user = try? text(user).value, let password = try? text(password).value {
                result.append((name: "credential", secret: Secret(user + ":" + password)))
            }
        }
        return result
    }
}
