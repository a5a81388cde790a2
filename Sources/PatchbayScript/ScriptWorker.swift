import CPlatform
import Glibc

/// The process in which scripts run: it reads requests from its standard input and writes answers to its standard
/// output.
///
/// A frame is a little-endian 32-bit length and as many bytes. The first frame is the setup; the worker then starts the
/// engine, gives up all rights, and answers with what it could do. It ends when its input ends.
package enum ScriptWorker {
    /// How many calls a worker serves before it asks to be replaced.
    static let callsPerLife = 5_000
    /// Seconds of CPU time after which it asks to be replaced, and after which the kernel ends it.
    static let secondsPerLife = 60
    static let lastSecond = 120
    /// The longest frame it reads.
    static let longestRequest = 32 << 20

    /// Serves until the input ends.
    ///
    /// - Returns: The process's exit code: 0 at the end of the input, 1 when something was wrong with it.
    package static func run() -> Int32 {
        guard let channel = WorkerChannel(), let setup = channel.read(limit: 64).flatMap({ ScriptSetup($0) }) else {
            return 1
        }
        var confinement = Confinement()
        confinement.limitResources(cpuSeconds: lastSecond)
        let library: JavaScriptLibrary
        do throws(JavaScriptLibrary.Problem) {
            library = try JavaScriptLibrary()
        } catch {
            let words = if case .lacks(let name) = error { "the library lacks the function \(name)" } else { "missing" }
            _ = channel.write(ScriptAnswer(.absent, words).bytes)
            return 1
        }
        // The engine opens what it needs while it makes its first group, and starts no thread before scripts run.
        guard let group = unsafe library.makeGroup() else { return 1 }
        confinement.forbidPaths()
        guard let engine = unsafe JavaScriptEngine(library: library, group: group, seconds: Double(setup.time) / 1000),
            warmUp(engine), let realm = JavaScriptRealm(engine: engine)
        else {
            _ = channel.write(ScriptAnswer(.absent, "the engine does not start").bytes)
            return 1
        }
        confinement.limitMemory(growth: setup.memory)
        confinement.forbidCalls()
        let greeting =
            confinement.problems.isEmpty
            ? ScriptAnswer(.ready, "") : ScriptAnswer(.weak, confinement.problems.joined(separator: ", "))
        guard channel.write(greeting.bytes) else { return 1 }
        return serve(channel, engine, realm, confinement)
    }

    private static func serve(
        _ channel: WorkerChannel,
        _ engine: JavaScriptEngine,
        _ first: JavaScriptRealm,
        _ confinement: Confinement
    ) -> Int32 {
        var realm: JavaScriptRealm? = first
        var calls = 0
        while let bytes = channel.read(limit: longestRequest) {
            guard let request = ScriptRequest(bytes) else { return 1 }
            calls += 1
            guard let ready = realm ?? JavaScriptRealm(engine: engine) else {
                _ = channel.write(ScriptAnswer(.limit, "memory").bytes)
                return 1
            }
            var answer: ScriptAnswer
            switch request.kind {
            case .check: answer = ready.check(request)
            case .run:
                answer = ready.run(request)
                realm = nil
            }
            answer.wantsReplacement =
                calls >= callsPerLife || Confinement.cpuSeconds >= secondsPerLife || confinement.isMemoryShort
            guard channel.write(answer.bytes) else { return 1 }
            // While nobody waits: the next call finds its realm ready.
            if realm == nil { realm = JavaScriptRealm(engine: engine) }
        }
        return 0
    }

    /// Makes the engine do once what it will do later, so that what it loads or reserves lazily is there before rights
    /// and memory go.
    private static func warmUp(_ engine: JavaScriptEngine) -> Bool {
        var request = ScriptRequest(kind: .run)
        request.outputLimit = 1000
        request.resultLimit = 1000
        request.source = Array(warmUpScript.utf8)
        request.payload = Array(#"{"context":{"names":["b","a"]},"session":{},"globals":{"env":{"x":1}}}"#.utf8)
        return JavaScriptRealm(engine: engine)?.run(request).kind == .result
    }

    /// JavaScript that touches what scripts use first; its `print` is the scripts' own, which collects and writes nowhere.
    private static let warmUpScript = """
        const { names } = context;
        context.sorted = [...names].sort((left, right) => left.localeCompare(right));
        context.upper = names.map(name => `${name.toUpperCase()}`);
        context.found = /^(?<first>\\p{L})b?$/u.exec("ab")?.groups.first;
        context.shown = [(12345.678).toLocaleString(), new Date().toLocaleString(), "\\u00e9".normalize("NFD")];
        context.map = JSON.stringify([...new Map([["x", new Set([1])]])]);
        try { null.x } catch (error) { context.error = String(error.stack); }
        Promise.resolve(1).then(value => { context.promised = value; });
        print("ready");
        """
}
