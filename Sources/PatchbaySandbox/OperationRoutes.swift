import Foundation
import PatchbayConnector
import PatchbayModel

/// Finds the operation that a method and a path mean, on any host and below any prefix.
struct OperationRoutes {
    private struct Route {
        let plugin: Plugin
        let operation: ServiceOperation
        let segments: [String]
        /// The segments of the plugin's base URL.
        let base: [String]

        var literals: Int { segments.count { !OperationRoutes.isPart($0) } }
    }

    /// A route with its `{name}` parts filled in.
    struct Hit {
        let plugin: Plugin
        let operation: ServiceOperation
        let parts: [String: String]
    }

    private let routes: [Route]

    init(_ plugins: [Plugin]) {
        routes = plugins.flatMap { plugin in
            let base = plugin.manifest.baseURL?.url ?? ""
            let start = base.range(of: "://").map { base[$0.upperBound...] } ?? base[...]
            let prefix = Self.segments(start.drop { $0 != "/" })
            return plugin.manifest.operations.map { operation in
                let path = operation.path.prefix { $0 != "?" }
                return Route(plugin: plugin, operation: operation, segments: Self.segments(path), base: prefix)
            }
        }
    }

    /// The operation of a request.
    ///
    /// The name is `<plugin>/<operation>` where the caller knows it; it is taken when its method and path fit. The path
    /// is encoded.
    func hit(name: String, method: String, path: String) -> Hit? {
        let segments = Self.segments(path)
        let fitting = routes.compactMap { route -> (Route, [String: String])? in
            guard route.operation.method == method, let parts = Self.parts(route.segments, segments) else { return nil }
            return (route, parts)
        }
        func hit(_ found: (Route, [String: String])) -> Hit {
            Hit(plugin: found.0.plugin, operation: found.0.operation, parts: found.1)
        }
        if let named = fitting.first(where: { "\($0.0.plugin.id)/\($0.0.operation.id)" == name }) { return hit(named) }
        // The longest and most literal path wins, then the one below its own base URL.
        return fitting.max { left, right in
            func rank(_ route: Route) -> (Int, Int, Int) {
                let prefix = segments.dropLast(route.segments.count)
                return (route.segments.count, route.literals, prefix.elementsEqual(route.base) ? 1 : 0)
            }
            return rank(left.0) < rank(right.0)
        }.map(hit)
    }

    /// The values of a template's parts where it fits the end of a path; nil where it does not.
    private static func parts(_ template: [String], _ path: [String]) -> [String: String]? {
        guard template.count <= path.count else { return nil }
        var parts: [String: String] = [:]
        for (expected, found) in zip(template, path.suffix(template.count)) {
            if isPart(expected) {
                parts[String(expected.dropFirst().dropLast())] = PercentEncoding.decode(found)
            } else if expected != found {
                return nil
            }
        }
        return parts
    }

    private static func isPart(_ segment: String) -> Bool { segment.hasPrefix("{") && segment.hasSuffix("}") }

    private static func segments(_ path: some StringProtocol) -> [String] {
        String(path).split(separator: "/").map(String.init)
    }
}
