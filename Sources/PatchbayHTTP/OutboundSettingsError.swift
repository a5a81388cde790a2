/// Why a transport could not be made from the home's settings.
package enum OutboundSettingsError: Error, Equatable {
    case malformedProxy
    case unreadableAuthorities(String)
}

extension OutboundSettingsError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformedProxy: "settings.json: 'proxy' is malformed; write http://host:port"
        case .unreadableAuthorities(let path): "settings.json: 'caFile' \(path) holds no readable PEM certificates"
        }
    }
}
