package import PatchbayModel

/// Something that both sides changed differently: mine stays.
package struct MergeConflict: Sendable, Equatable {
    /// The place in the file; an element of a list by id is named by its id.
    package let at: JSONPointer
    /// What the template wrote before; nil where there was nothing.
    package let base: JSONValue?
    /// What stands in the workspace.
    package let mine: JSONValue?
    /// What the template writes now.
    package let theirs: JSONValue?
    /// Other changes of the template that only make sense with this one, and are held back with it.
    package var with: [HeldBack] = []

    /// A change of the template that is held back.
    package struct HeldBack: Sendable, Equatable {
        package let at: JSONPointer
        package let theirs: JSONValue?
    }
}
