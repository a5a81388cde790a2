import PatchbayModel
package import PatchbayRegistry

extension Hub {
    /// The computed grade of a plugin that was read; nil where its manifest can't be.
    package func grade(of loaded: LoadedPlugin) -> PluginGrade? {
        loaded.plugin.map { plugin in
            PluginGrade.of(
                plugin,
                templates: loaded.templates,
                diagnostics: loaded.diagnostics,
                isSigned: isSigned(plugin)
            )
        }
    }

    /// The computed grade of a plugin that could be installed.
    package func grade(of candidate: PluginCandidate) -> PluginGrade {
        let plugin = candidate.plugin
        return PluginGrade.of(
            plugin,
            templates: candidate.templates,
            diagnostics: candidate.warnings,
            isSigned: isSigned(plugin)
        )
    }

    /// Whether a plugin has a signature that holds, whoever made it.
    private func isSigned(_ plugin: Plugin) -> Bool {
        (try? standing(of: plugin))?.key != nil  // One that does not hold is told where it is installed or verified.
    }
}
