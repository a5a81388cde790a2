import PatchbayArchive
import PatchbayDialog
import PatchbayFiles
import PatchbayModel
import PatchbayRegistry
import PatchbayScript
import PatchbayWorkspace

/// Looks over the program, the home, its plugins and the workspace; each part is looked at whatever is wrong with the others.
struct Doctor {
    let hub: Hub
    private(set) var findings: [Finding] = []

    init(_ hub: Hub) {
        self.hub = hub
    }

    /// Looks at everything.
    mutating func examine() async {
        guard attempt("use the home", { try $0.examineHome() }) else { return }
        let hasSettings = attempt("use the home's settings") { try $0.examineSettings() }
        await examineProgram(withScripts: hasSettings)
        _ = attempt("list the installed plugins") { try $0.examinePlugins() }
        _ = attempt("read the indexes") { try $0.examineIndexes() }
        guard let workspace = workspace() else { return }
        var visit = WorkspaceVisit(hub: hub, workspace: workspace)
        visit.examine()
        findings += visit.findings
    }

    mutating func find(_ severity: Finding.Severity, _ what: String, remedy: String) {
        findings.append(Finding(severity, what, remedy: remedy))
    }

    /// Runs one look; what it throws is a finding.
    private mutating func attempt(_ act: String, _ look: (inout Doctor) throws -> Void) -> Bool {
        do {
            try look(&self)
            return true
        } catch {
            find(.error, "can't \(act): \(Self.words(error))", remedy: "mend what the message names, then ask again")
            return false
        }
    }

    /// What an error says, on one line.
    static func words(_ error: any Error) -> String {
        guard let error = error as? DiagnosticError else { return String(describing: error) }
        return error.diagnostics.map(\.description).joined(separator: "; ")
    }

    // MARK: - The program

    private mutating func examineProgram(withScripts: Bool) async {
        let weak = "dialogs run without it; install what the message names"
        if withScripts, let problem = await scriptProblem() {
            find(.warning, "script nodes can't run: \(problem)", remedy: weak)
        }
        if let problem = StrictArchiveReader.missingLibrary {
            find(.warning, "plugins can't be installed from archives: \(problem)", remedy: weak)
        }
        do {
            let (plugins, diagnostics) = try hub.catalogue().list()
            for diagnostic in diagnostics {
                find(.warning, "in the catalogue, \(diagnostic)", remedy: "mend or remove that plugin's folder")
            }
            guard plugins.isEmpty else { return }
            find(
                .warning,
                "no catalogue of plugins is at hand: none stands beside the program, and none is named",
                remedy: "name its folder with --plugins or PATCHBAY_PLUGINS, or install plugins by path"
            )
        } catch {
            let remedy = "check --plugins, PATCHBAY_PLUGINS and PATCHBAY_SHARE"
            find(.error, "can't read the catalogue: \(Self.words(error))", remedy: remedy)
        }
    }

    /// Runs a script, as a dialog would.
    private func scriptProblem() async -> String? {
        do {
            let engine = try hub.scriptEngine()
            let call = ScriptCall(name: "doctor.js", source: "context.x = 1;", context: [:], milliseconds: 0, seed: 0)
            do {
                _ = try await engine.run(call)
                await engine.close()
                return nil
            } catch {
                await engine.close()
                return Self.words(error)
            }
        } catch {
            return Self.words(error)
        }
    }

    // MARK: - The home

    private mutating func examineHome() throws {
        guard try hub.existingHome() == nil else { return }
        let what = "there is no home yet at \(try hub.homePath())"
        find(.note, what, remedy: "the first 'patchbay plugin install openai' makes it")
    }

    private mutating func examineSettings() throws {
        guard let home = try hub.existingHome() else { return }
        let settings = try hub.settings()
        for (key, file) in [("caFile", settings.caFile), ("masterKeyFile", settings.masterKeyFile)] {
            guard let file else { continue }
            do {
                _ = try NamedFile(file).read(maxBytes: 4 << 20)
            } catch {
                find(
                    .error,
                    "settings.json names a '\(key)' that can't be read: \(Self.words(error))",
                    remedy: "correct '\(key)' in \(home.root.place("settings.json"))"
                )
            }
        }
        if settings.allowsWeakScripts {
            find(
                .warning,
                "'allowWeakScripts' is on: scripts run also where the kernel can't confine them",
                remedy: "take it out of \(home.root.place("settings.json")) where the kernel has seccomp and Landlock"
            )
        }
    }

    // MARK: - The plugins

    private mutating func examinePlugins() throws {
        guard let home = try hub.existingPluginHome() else { return }
        let verifications = try hub.verifyPlugins(nil)
        for found in verifications {
            let name = "\(found.installed.id) \(found.installed.version)"
            let remedy =
                "delete \(home.place(of: found.installed)), then 'patchbay plugin install \(found.installed.id)'"
            if !found.isSame {
                find(.error, "plugin \(name) is not what was installed: a file of it was changed", remedy: remedy)
            } else if let problem = found.problem {
                find(.error, "plugin \(name) can't be used: \(problem)", remedy: remedy)
            } else if case .unknown(_, let fingerprint, let claimed)? = found.standing {
                find(
                    .warning,
                    "plugin \(name) is signed with a key that nobody here trusts, \(fingerprint), by who says to be '\(claimed)'",
                    remedy: "compare the fingerprint with its owner's, then 'patchbay plugin trust add' the key"
                )
            }
        }
        let unsigned = verifications.filter { $0.standing == .unsigned }.map {
            "\($0.installed.id) \($0.installed.version)"
        }
        if !unsigned.isEmpty {
            find(
                .note,
                "not signed: \(unsigned.joined(separator: ", "))",
                remedy:
                    "'patchbay plugin sign' signs those that you make; 'requireSignature' in settings.json refuses unsigned ones"
            )
        }
        let installed = verifications.map(\.installed)
        let offered = try hub.catalogue().list().plugins
        for id in Set(installed.map(\.id)).sorted() {
            guard let newest = installed.first(where: { $0.id == id }),
                let offer = offered.first(where: { $0.id == id }), newest.version < offer.version
            else { continue }
            find(
                .note,
                "plugin \(id) \(newest.version) is out of date: the catalogue has \(offer.version)",
                remedy: "'patchbay plugin update \(id)' in a workspace that uses it"
            )
        }
    }

    private mutating func examineIndexes() throws {
        for row in try hub.indexRows() {
            let name = row.source.name
            if let problem = row.problem {
                find(
                    .error,
                    "index \(name) can't be used: \(problem)",
                    remedy: "'patchbay plugin index update \(name)'"
                )
            } else if row.isExpired {
                let what = "index \(name) is expired: nothing is offered from it"
                find(
                    .warning,
                    what,
                    remedy: "'patchbay plugin index update \(name)', or ask its publisher for a newer one"
                )
            }
        }
    }

    // MARK: - The workspace

    private mutating func workspace() -> Workspace? {
        do {
            guard let workspace = try hub.workspace() else {
                find(
                    .note,
                    "this is no workspace",
                    remedy: "'patchbay init' makes one here; 'cd' to one to have it looked at"
                )
                return nil
            }
            return workspace
        } catch {
            find(
                .error,
                "can't open the workspace: \(Self.words(error))",
                remedy: "mend the file that the message names"
            )
            return nil
        }
    }
}

extension Hub {
    /// Everything that is worth mending, the program's own needs first; empty where all is well.
    package func findings() async -> [Finding] {
        var doctor = Doctor(self)
        await doctor.examine()
        return doctor.findings
    }
}
