import ArgumentParser
import Foundation
import Patchbay
import PatchbayModel
import PatchbayRegistry
import PatchbayWorkspace

/// What a shell offers after Tab: the ids that are at hand, asked of the program itself.
///
/// Whatever goes wrong, such as no workspace, there is just nothing to offer.
extension CompletionKind {
    /// Plugins that could be installed, and paths.
    static var pluginSources: CompletionKind { ids { hub in try hub.pluginRows().rows.map(\.summary.id.rawValue) } }

    /// Plugins that are installed.
    static var installedPlugins: CompletionKind {
        ids { hub in try hub.pluginRows().rows.filter(\.isInstalled).map(\.summary.id.rawValue) }
    }

    /// Integrations: the plugins at hand, and `custom`.
    static var integrations: CompletionKind {
        ids { hub in Set(try hub.integrations().map(\.id.rawValue)).sorted() }
    }

    /// Authorization profiles of the workspace.
    static var profiles: CompletionKind { ids { hub in try hub.requiredWorkspace().profiles().map(\.id.rawValue) } }

    /// Templates as `PLUGIN/TEMPLATE`.
    static var templates: CompletionKind {
        ids { hub in try hub.templateRows().map { "\($0.plugin)/\($0.template.id)" } }
    }

    /// Templates that are installed in the workspace, by the names of their instances.
    static var instances: CompletionKind { ids { hub in try hub.requiredWorkspace().lock.templates.map(\.instance) } }

    /// Dialogs of the workspace.
    static var dialogs: CompletionKind { ids { hub in try hub.requiredWorkspace().dialogIDs().map(\.rawValue) } }

    private static func ids(_ list: @escaping @Sendable (Hub) throws -> [String]) -> CompletionKind {
        .custom { words, _, prefix in
            let options = try? GlobalOptions.parse(GlobalOptions.places(in: words))
            let hub = Hub(
                HubConfiguration(
                    home: options?.home,
                    workspace: options?.workspace,
                    catalogues: options?.plugins.map { [$0] },
                    environment: ProcessInfo.processInfo.environment
                )
            )
            let found = (try? list(hub)) ?? []
            return found.filter { $0.hasPrefix(prefix) }.map(Console.line)
        }
    }
}

extension GlobalOptions {
    /// The options among some words that say where home, workspace and catalogue are.
    fileprivate static func places(in words: [String]) -> [String] {
        var places: [String] = []
        for (index, word) in words.enumerated() {
            if takesValue(word), index + 1 < words.count {
                places += [word, words[index + 1]]
            } else if word.hasPrefix("--"), let sign = word.firstIndex(of: "="), takesValue(String(word[..<sign])) {
                places.append(word)
            }
        }
        return places
    }
}
