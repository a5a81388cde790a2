import PatchbayModel

/// A global object for one script: made ready ahead, used once.
///
/// Safe because the context and the protected bridge are released only in `deinit`, and values are passed on at once,
/// from the stack, which the collector looks through.
@safe final class JavaScriptRealm {
    private typealias Reference = JavaScriptLibrary.Reference

    private let engine: JavaScriptEngine
    private let context: Reference
    private let bridge: Reference
    private var library: JavaScriptLibrary { engine.library }

    init?(engine: JavaScriptEngine) {
        guard let (context, bridge) = unsafe engine.makeContext() else { return nil }
        self.engine = engine
        unsafe self.context = context
        unsafe self.bridge = bridge
    }

    deinit {
        unsafe library.unprotect(context, bridge)
        unsafe library.releaseContext(context)
    }

    /// Runs a script and returns its answer; the realm is spent afterwards.
    func run(_ request: ScriptRequest) -> ScriptAnswer {
        _ = engine.takeTimeIsUp()
        defer { unsafe _ = engine.takeRejectionReason() }
        var generator = SplitMix64(seed: request.seed)
        let (first, second) = (generator.next(), generator.next())
        let numbers: [Double] = [
            Double(ScriptPrelude.Needs(of: request.source).rawValue), Double(request.milliseconds),
            Double(first >> 32), Double(first & 0xFFFF_FFFF), Double(second >> 32), Double(second & 0xFFFF_FFFF),
            Double(request.outputLimit), Double(request.resultLimit),
        ]
        if case .thrown(let value) = ask(ScriptPrelude.Step.begin, text: request.payload, numbers: numbers) {
            return answer(toThrown: value)
        }
        switch compiled(request) {
        case .thrown(let value): return answer(toThrown: value)
        case .value(let function): if let thrown = call(function) { return answer(toThrown: thrown) }
        }
        if let outOfTime { return outOfTime }
        if let reason = unsafe engine.takeRejectionReason() { return answer(toThrown: unsafe Value(reference: reason)) }
        guard case .value(let result) = ask(ScriptPrelude.Step.finish, numbers: [Double(engine.linesBefore)]),
            let text = text(of: result)
        else {
            return outOfTime ?? ScriptAnswer(.limit, "memory")
        }
        return outOfTime ?? ScriptAnswer(tagged: text) ?? ScriptAnswer(.broken, "the realm gave no result")
    }

    /// Compiles a script without running it.
    ///
    /// The realm can be used afterwards.
    func check(_ request: ScriptRequest) -> ScriptAnswer {
        _ = engine.takeTimeIsUp()
        return switch compiled(request) {
        case .thrown(let value): answer(toThrown: value)
        case .value: ScriptAnswer(.result, "")
        }
    }

    /// The line that the engine gives to the first line of a body.
    func lineOfFirstLine() -> Int? {
        var request = ScriptRequest(kind: .check)
        request.source = Array("throw new Error('here')".utf8)
        guard case .value(let function) = compiled(request), let thrown = call(function) else { return nil }
        return answer(toThrown: thrown).place?.line
    }

    /// A value of the engine; nil where there is none.
    @safe private struct Value {
        let reference: Reference?

        static var none: Value { unsafe Value(reference: nil) }
    }

    private enum Outcome {
        case value(Value)
        case thrown(Value)
    }

    /// The script as a strict function; whatever text it is, it cannot be more than that function's body.
    private func compiled(_ request: ScriptRequest) -> Outcome {
        guard let text = unsafe engine.makeString(Array("\"use strict\";\n".utf8) + request.source) else {
            return .thrown(.none)
        }
        defer { unsafe library.releaseString(text) }
        var thrown: Reference?
        // No script runs in between: compiling calls nothing.
        unsafe library.setEvalEnabled(context, true, nil)
        let function = unsafe library.makeFunction(context, nil, 0, nil, text, nil, 1, &thrown)
        unsafe engine.forbidCode(in: context)
        return unsafe function == nil || thrown != nil
            ? .thrown(Value(reference: thrown)) : .value(Value(reference: function))
    }

    /// Calls a function without arguments and returns what it threw.
    private func call(_ function: Value) -> Value? {
        var thrown: Reference?
        unsafe _ = library.call(context, function.reference, nil, 0, nil, &thrown)
        return unsafe thrown == nil ? nil : Value(reference: thrown)
    }

    private var outOfTime: ScriptAnswer? { engine.takeTimeIsUp() ? ScriptAnswer(.limit, "time") : nil }

    private func answer(toThrown thrown: Value) -> ScriptAnswer {
        if let outOfTime { return outOfTime }
        guard
            case .value(let result) = ask(
                ScriptPrelude.Step.describe,
                value: thrown,
                numbers: [Double(engine.linesBefore)]
            ),
            let text = text(of: result)
        else {
            return outOfTime ?? ScriptAnswer(.limit, "memory")
        }
        return outOfTime ?? ScriptAnswer(tagged: text) ?? ScriptAnswer(.broken, "the realm gave no error")
    }

    /// Calls the bridge.
    private func ask(_ step: Double, text: [UInt8]? = nil, value: Value = .none, numbers: [Double] = []) -> Outcome {
        var string: Reference?
        if let text {
            unsafe string = engine.makeString(text)
            guard unsafe string != nil else { return .thrown(.none) }
        }
        defer { if let string = unsafe string { unsafe library.releaseString(string) } }
        var thrown: Reference?
        let count = 2 + numbers.count
        let result = unsafe withUnsafeTemporaryAllocation(of: Reference?.self, capacity: count) { arguments in
            unsafe arguments.initialize(repeating: nil)
            unsafe arguments[0] = library.makeNumberValue(context, step)
            // Where there is no value a number stands in, which nobody reads.
            unsafe arguments[1] =
                string.map { unsafe library.makeTextValue(context, $0) }
                ?? value.reference ?? library.makeNumberValue(context, 0)
            for (index, number) in numbers.enumerated() {
                unsafe arguments[2 + index] = library.makeNumberValue(context, number)
            }
            return unsafe library.call(context, bridge, nil, count, UnsafePointer(arguments.baseAddress), &thrown)
        }
        return unsafe result == nil || thrown != nil
            ? .thrown(Value(reference: thrown)) : .value(Value(reference: result))
    }

    /// A text value's bytes; nil for another value, or when memory is short.
    private func text(of value: Value) -> [UInt8]? {
        var thrown: Reference?
        guard unsafe library.isText(context, value.reference),
            let string = unsafe library.copyText(context, value.reference, &thrown)
        else { return nil }
        defer { unsafe library.releaseString(string) }
        return unsafe engine.bytes(of: string)
    }
}
