import PatchbayAccess
import PatchbayDialog
import PatchbayFiles
import PatchbayModel
import PatchbayRegistry
import PatchbayTerminal
import PatchbayWorkspace

/// The words of `error.code`, for programs.
enum ErrorCode {
    /// What kind of mishap an error is; `failed` where there is nothing more to say.
    static func of(_ error: any Error) -> String {
        switch error {
        case let error as RegistryError: code(error)
        case let error as WorkspaceError: code(error)
        case let error as HistoryError: code(error)
        case let error as AccessError: code(error)
        case let error as FileError: code(error)
        case let error as ConversationStoreError: if case .revisionChanged = error { "changed" } else { "failed" }
        case let error as TrustError: code(error)
        case let error as IndexError: code(error)
        case is DialogEngineError: "forbidden"
        case is VaultError: "vault"
        case let error as TerminalError: error == .cancelled ? "cancelled" : "failed"
        case is ArchiveError, is JSONSyntaxError, is PluginStartError, is TemplateDraftError: "invalid"
        default: "failed"
        }
    }

    private static func code(_ error: RegistryError) -> String {
        switch error {
        case .unknownPlugin, .unknownVersion: "not-found"
        case .notInstalled: "not-installed"
        case .missingFile, .refusedFile, .notAPlugin, .templatesTwice, .tooLarge, .notFor: "invalid"
        case .changedMeanwhile: "changed"
        case .inUse: "in-use"
        }
    }

    private static func code(_ error: TrustError) -> String {
        switch error {
        case .damagedSignature, .otherSignature, .notAsSigned, .executable, .badName, .badKey: "invalid"
        case .nameTaken, .keyKnown: "exists"
        case .unknownKey: "not-found"
        case .forbidden: "forbidden"
        }
    }

    private static func code(_ error: IndexError) -> String {
        switch error {
        case .damaged, .tooLarge, .badPlace, .badName, .ambiguous: "invalid"
        case .wrongKey, .rolledBack, .forked, .expired, .mixed: "refused"
        case .notReached: "unreachable"
        case .unknown, .neverRead, .notOffered: "not-found"
        case .taken: "exists"
        }
    }

    private static func code(_ error: WorkspaceError) -> String {
        switch error {
        case .noWorkspace: "no-workspace"
        case .exists: "exists"
        case .unknownDialog: "not-found"
        case .unknownParameter, .missingParameters, .wrongParameter, .badInstance: "invalid"
        case .lockMissing, .baseLost, .secretInFile: "invalid"
        case .installedOtherwise, .installedFromOther, .instanceTaken, .conflicts: "conflict"
        case .changedMeanwhile: "changed"
        case .needsPlugin: "not-installed"
        }
    }

    private static func code(_ error: HistoryError) -> String {
        switch error {
        case .nothingToUndo, .unknownEntry: "not-found"
        case .notKept: "failed"
        case .edited: "conflict"
        case .damaged: "invalid"
        }
    }

    private static func code(_ error: AccessError) -> String {
        switch error {
        case .missingFields, .missingConnection: "missing-fields"
        case .refused, .expired: "refused"
        default: "invalid"
        }
    }

    private static func code(_ error: FileError) -> String {
        switch error {
        case .missing: "not-found"
        case .exists: "exists"
        case .locked: "locked"
        case .foreign, .openToOthers: "forbidden"
        case .link, .notAFile, .notAFolder, .tooLarge, .tooMany, .badName, .clash: "invalid"
        case .noHome: "no-home"
        case .system, .fixed, .otherDevice, .damagedJournal, .unfinished, .noShare: "failed"
        }
    }
}
