package import PatchbayModel

/// Who signed a plugin, as far as this machine can tell.
package enum SignatureStanding: Sendable, Equatable {
    /// It bears no signature.
    case unsigned
    /// It is whole, and signed with a key that nobody here trusts; the name is only claimed.
    case unknown(key: PublicKey, fingerprint: String, claimed: String)
    /// It is whole, and signed with a key that the operator trusts, under the operator's name for it.
    case trusted(name: String, key: PublicKey, fingerprint: String)

    /// The operator's name for the signer; nil unless the key is trusted.
    package var signer: String? {
        if case .trusted(let name, _, _) = self { name } else { nil }
    }

    /// The key; nil where there is no signature.
    package var key: PublicKey? {
        switch self {
        case .unsigned: nil
        case .unknown(let key, _, _), .trusted(_, let key, _): key
        }
    }

    /// In words, as a sentence goes on behind a plugin's name.
    package var words: String {
        switch self {
        case .unsigned: "not signed"
        case .unknown(_, let fingerprint, let claimed):
            "signed by unknown key \(fingerprint), which calls itself \"\(claimed)\""
        case .trusted(let name, _, let fingerprint): "signed by \(name) (key \(fingerprint))"
        }
    }

    /// `{state, key?, fingerprint?, claimed?}`.
    package var json: JSONValue {
        switch self {
        case .unsigned: ["state": "unsigned"]
        case .unknown(let key, let fingerprint, let claimed):
            [
                "state": "unknownKey", "key": .string(key.text), "fingerprint": .string(fingerprint),
                "claimed": .string(claimed),
            ]
        case .trusted(_, let key, let fingerprint):
            ["state": "trusted", "key": .string(key.text), "fingerprint": .string(fingerprint)]
        }
    }
}
