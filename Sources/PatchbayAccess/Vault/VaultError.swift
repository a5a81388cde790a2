/// Why the vault did not open or keep something.
package enum VaultError: Error, Equatable {
    /// The master key is another one than the data was written with.
    case wrongKey(wanted: String, found: String)
    /// There is data, but no master key; a new one would make the data unreadable for ever.
    case keyMissing(wanted: String, place: String)
    /// There are credentials, but the file with their keys is gone.
    case keysMissing(place: String)
    /// The file with the keys was changed or cut off.
    case damagedKeys(place: String)
    /// The master key's file is no key, or others may read it.
    case badKey(place: String, reason: String)
    /// A record was changed, moved or cut off.
    case damaged(record: String)
    /// Written by a newer Patchbay, or by nobody's.
    case unknownFormat(record: String, found: String)
}

extension VaultError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .wrongKey(let wanted, let found):
            "the vault's master key is the wrong one: \(wanted) is wanted, \(found) was given; put the right key back"
        case .keyMissing(let wanted, let place):
            "the vault holds credentials, but its master key \(wanted) is not at \(place); put it back "
                + "(a new key is not made over old data), or remove the vault's folder to start without credentials"
        case .keysMissing(let place):
            "the vault holds credentials, but their keys are not at '\(place)'; put that file back "
                + "(new keys are not made over old data), or remove the vault's folder to start without credentials"
        case .damagedKeys(let place):
            "the vault's keys in '\(place)' are damaged; put back a copy of that file, "
                + "or remove the vault's folder to start without credentials"
        case .badKey(let place, let reason): "the master key at \(place) can't be used: \(reason)"
        case .damaged(let record):
            "the credential '\(record)' is damaged or was moved; 'patchbay integration enable' stores it anew"
        case .unknownFormat(let record, let found):
            "the credential '\(record)' has the unknown format \(found); use the Patchbay that wrote it"
        }
    }
}
