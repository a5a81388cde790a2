package import PatchbayModel

/// The version of this Patchbay.
package enum HubVersion {
    package static let current = Version(0, 1, 0)
}
