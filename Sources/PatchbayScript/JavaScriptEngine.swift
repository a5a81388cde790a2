import Glibc
import PatchbayModel

/// JavaScriptCore in the worker process: one virtual machine, from which each call gets a realm of its own.
///
/// Used by one thread only. Safe because all references it keeps are made in `init` and live as long as the process.
@safe final class JavaScriptEngine {
    let library: JavaScriptLibrary
    private let group: JavaScriptLibrary.Reference
    private let refusal: JavaScriptLibrary.Reference
    private var reject: JavaScriptLibrary.Reference?
    private var takeRejection: JavaScriptLibrary.Reference?
    private let keeper: JavaScriptLibrary.Reference
    private var prelude: JavaScriptLibrary.Reference?
    private let flag: UnsafeMutablePointer<Bool>
    /// How many lines the engine puts before a function's body, found by looking: it differs between versions.
    private(set) var linesBefore = 0

    /// Nil when the engine cannot be started or does not behave as expected.
    ///
    /// - Parameters:
    ///   - library: The engine's functions.
    ///   - group: The virtual machine.
    ///   - seconds: The longest time for one entry into the engine, in CPU time.
    init?(library: JavaScriptLibrary, group: JavaScriptLibrary.Reference, seconds: Double) {
        guard let refusal = unsafe library.makeString("code cannot be made from text"),
            let keeper = unsafe library.makeContext(group, nil)
        else { return nil }
        self.library = library
        unsafe self.group = group
        unsafe self.refusal = refusal
        unsafe self.keeper = keeper
        unsafe flag = .allocate(capacity: 1)
        unsafe flag.initialize(to: false)
        let timeIsUp: JavaScriptLibrary.TimeIsUp = { _, flag in
            unsafe flag?.assumingMemoryBound(to: Bool.self).pointee = true
            return true
        }
        unsafe reject = function(ScriptPrelude.Keeper.reject)
        unsafe takeRejection = function(ScriptPrelude.Keeper.take)
        unsafe library.setTimeLimit(group, seconds, timeIsUp, flag)
        guard let unwanted = unwantedGlobals() else { return nil }
        // Never released, as the engine wants it: there is one for the life of the process.
        let text = unsafe strdup(ScriptPrelude.source(without: unwanted))
        let name = unsafe makeString(Array(ScriptPrelude.name.utf8))
        unsafe prelude = library.makeScript(group, name, 1, text, text.map { unsafe strlen($0) } ?? 0, nil, nil)
        guard let realm = JavaScriptRealm(engine: self), let line = realm.lineOfFirstLine() else { return nil }
        linesBefore = line - 1
    }

    /// Whether the time limit ended a script since it was last asked.
    func takeTimeIsUp() -> Bool {
        defer { unsafe flag.pointee = false }
        return unsafe flag.pointee
    }

    /// A new global object in the shared virtual machine, with the prelude run in it.
    ///
    /// - Returns: The context and the bridge, which is protected from the collector; nil when memory is short.
    func makeContext() -> (context: JavaScriptLibrary.Reference, bridge: JavaScriptLibrary.Reference)? {
        guard let context = unsafe library.makeContext(group, nil) else { return nil }
        var thrown: JavaScriptLibrary.Reference?
        guard unsafe prelude != nil, let bridge = unsafe library.runScript(context, prelude, nil, &thrown),
            unsafe thrown == nil
        else {
            unsafe library.releaseContext(context)
            return nil
        }
        unsafe library.protect(context, bridge)
        unsafe library.setRejectionCallback(context, reject, &thrown)
        unsafe forbidCode(in: context)
        return unsafe (context, bridge)
    }

    /// The reason of the first promise since last asked that was rejected and that nobody caught; nil when there is
    /// none.
    func takeRejectionReason() -> JavaScriptLibrary.Reference? {
        guard let value = unsafe library.call(keeper, takeRejection, nil, 0, nil, nil),
            unsafe !library.isNull(keeper, value)
        else {
            return nil
        }
        return unsafe value
    }

    /// A function of the keeper's realm, which no script reaches and which lives as long as the engine.
    ///
    /// The callback for rejections
    /// must not belong to a script's realm: the engine would then hold that realm for ever.
    private func function(_ expression: String) -> JavaScriptLibrary.Reference? {
        guard let source = unsafe makeString(Array(expression.utf8)) else { return nil }
        defer { unsafe library.releaseString(source) }
        guard let value = unsafe library.evaluate(keeper, source, nil, nil, 1, nil) else { return nil }
        unsafe library.protect(keeper, value)
        return unsafe value
    }

    /// From now on no code is made from text in a realm.
    func forbidCode(in context: JavaScriptLibrary.Reference) {
        unsafe library.setEvalEnabled(context, false, refusal)
    }

    /// An engine's string of UTF-8 without NUL; the caller releases it.
    func makeString(_ bytes: [UInt8]) -> JavaScriptLibrary.Reference? {
        unsafe (bytes + [0]).withUnsafeBytes { buffer in
            unsafe library.makeString(buffer.baseAddress?.assumingMemoryBound(to: CChar.self))
        }
    }

    /// The text of an engine's string, as UTF-8.
    func bytes(of string: JavaScriptLibrary.Reference) -> [UInt8] {
        let capacity = unsafe max(library.maximumBytes(string), 1)
        return unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            unsafe buffer.withMemoryRebound(to: CChar.self) { characters in
                // What is counted includes the final NUL.
                count = unsafe max(library.copyBytes(string, characters.baseAddress, characters.count) - 1, 0)
            }
        }
    }

    private func unwantedGlobals() -> [String]? {
        guard let context = unsafe library.makeContext(group, nil) else { return nil }
        defer { unsafe library.releaseContext(context) }
        guard let listing = unsafe library.makeString(ScriptPrelude.listGlobals) else { return nil }
        defer { unsafe library.releaseString(listing) }
        var thrown: JavaScriptLibrary.Reference?
        guard let list = unsafe library.evaluate(context, listing, nil, nil, 1, &thrown), unsafe thrown == nil,
            let string = unsafe library.copyText(context, list, &thrown)
        else { return nil }
        defer { unsafe library.releaseString(string) }
        let names = unsafe String(decoding: bytes(of: string), as: UTF8.self).split(separator: "\n").map(String.init)
        return names.filter { !ScriptPrelude.allowedGlobals.contains($0) }
    }
}
