import Glibc

/// JavaScriptCore's C interface (JavaScriptCore/JSBase.h and its neighbours), found at run time so that a hub without
/// the library runs everything but scripts.
///
/// Safe to hold because the library is never unloaded; each function must be called as its header says, which
/// ``JavaScriptEngine`` and ``JavaScriptRealm`` do.
@safe struct JavaScriptLibrary {
    /// Any of the library's references: group, context, value, object or string.
    typealias Reference = OpaquePointer
    /// Where a function puts what was thrown.
    typealias Thrown = UnsafeMutablePointer<Reference?>
    /// Asked when a script's time is up; true ends it.
    typealias TimeIsUp = @convention(c) (Reference?, UnsafeMutableRawPointer?) -> Bool

    /// The file names tried, in this order, and the Debian package of the first.
    static let fileNames = ["libjavascriptcoregtk-4.1.so.0", "libjavascriptcoregtk-6.0.so.1"]
    static let packageName = "libjavascriptcoregtk-4.1-0"

    let makeGroup: @convention(c) () -> Reference?
    /// Exported by the library, declared in its private header JSContextRefPrivate.h only.
    let setTimeLimit: @convention(c) (Reference?, Double, TimeIsUp?, UnsafeMutableRawPointer?) -> Void
    let makeContext: @convention(c) (Reference?, Reference?) -> Reference?
    let releaseContext: @convention(c) (Reference?) -> Void
    /// Private header too: whether `eval` and `Function` may make code of text.
    let setEvalEnabled: @convention(c) (Reference?, Bool, Reference?) -> Void
    /// Private header too.
    let setRejectionCallback: @convention(c) (Reference?, Reference?, Thrown?) -> Void
    let makeString: @convention(c) (UnsafePointer<CChar>?) -> Reference?
    let releaseString: @convention(c) (Reference?) -> Void
    let maximumBytes: @convention(c) (Reference?) -> Int
    let copyBytes: @convention(c) (Reference?, UnsafeMutablePointer<CChar>?, Int) -> Int
    let evaluate: @convention(c) (Reference?, Reference?, Reference?, Reference?, Int32, Thrown?) -> Reference?
    let makeFunction:
        @convention(c) (
            Reference?, Reference?, UInt32, UnsafePointer<Reference?>?, Reference?, Reference?, Int32, Thrown?
        ) -> Reference?
    let call:
        @convention(c) (Reference?, Reference?, Reference?, Int, UnsafePointer<Reference?>?, Thrown?) -> Reference?
    /// Private header (JSScriptRefPrivate.h), as is the next: a script whose text and compiled form all realms share.
    ///
    /// The text must be ASCII and stay where it is for ever.
    let makeScript:
        @convention(c) (
            Reference?, Reference?, Int32, UnsafePointer<CChar>?, Int, UnsafeMutablePointer<Reference?>?,
            UnsafeMutablePointer<Int32>?
        ) -> Reference?
    let runScript: @convention(c) (Reference?, Reference?, Reference?, Thrown?) -> Reference?
    let makeTextValue: @convention(c) (Reference?, Reference?) -> Reference?
    let makeNumberValue: @convention(c) (Reference?, Double) -> Reference?
    let isText: @convention(c) (Reference?, Reference?) -> Bool
    let isNull: @convention(c) (Reference?, Reference?) -> Bool
    let copyText: @convention(c) (Reference?, Reference?, Thrown?) -> Reference?
    let protect: @convention(c) (Reference?, Reference?) -> Void
    let unprotect: @convention(c) (Reference?, Reference?) -> Void

    /// Why scripts cannot run here.
    enum Problem: Error, Equatable {
        /// No file of ``fileNames`` was found.
        case missing
        /// The library lacks this function.
        case lacks(String)
    }

    init() throws(Problem) {
        var handle: UnsafeMutableRawPointer?
        for name in Self.fileNames where unsafe handle == nil {
            unsafe handle = dlopen(name, RTLD_NOW | RTLD_LOCAL)
        }
        guard let library = unsafe handle else { throw .missing }
        func find<Function>(_ name: String, _: Function.Type = Function.self) throws(Problem) -> Function {
            guard let address = unsafe dlsym(library, name) else { throw .lacks(name) }
            return unsafe unsafeBitCast(address, to: Function.self)
        }
        unsafe makeGroup = try find("JSContextGroupCreate")
        unsafe setTimeLimit = try find("JSContextGroupSetExecutionTimeLimit")
        unsafe makeContext = try find("JSGlobalContextCreateInGroup")
        unsafe releaseContext = try find("JSGlobalContextRelease")
        unsafe setEvalEnabled = try find("JSGlobalContextSetEvalEnabled")
        unsafe setRejectionCallback = try find("JSGlobalContextSetUnhandledRejectionCallback")
        unsafe makeString = try find("JSStringCreateWithUTF8CString")
        unsafe releaseString = try find("JSStringRelease")
        unsafe maximumBytes = try find("JSStringGetMaximumUTF8CStringSize")
        unsafe copyBytes = try find("JSStringGetUTF8CString")
        unsafe evaluate = try find("JSEvaluateScript")
        unsafe makeFunction = try find("JSObjectMakeFunction")
        unsafe call = try find("JSObjectCallAsFunction")
        unsafe makeScript = try find("JSScriptCreateReferencingImmortalASCIIText")
        unsafe runScript = try find("JSScriptEvaluate")
        unsafe makeTextValue = try find("JSValueMakeString")
        unsafe makeNumberValue = try find("JSValueMakeNumber")
        unsafe isText = try find("JSValueIsString")
        unsafe isNull = try find("JSValueIsNull")
        unsafe copyText = try find("JSValueToStringCopy")
        unsafe protect = try find("JSValueProtect")
        unsafe unprotect = try find("JSValueUnprotect")
    }
}
