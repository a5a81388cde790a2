import Glibc
import PatchbayModel

/// The JavaScript that each realm starts with, before any script of a user.
///
/// It takes away what reads the machine (clock, locale data, collector), puts deterministic ones in the place of `Date`
/// and
/// `Math.random`, and returns one function, the bridge, through which the worker talks with the realm. All that the
/// bridge uses is captured here, so nothing a script changes afterwards reaches it. Generating code from text (`eval`,
/// `Function`) is turned off in the engine itself.
enum ScriptPrelude {
    /// What a script finds in its global object; everything else that the engine brings is `undefined`.
    static let allowedGlobals: Set<String> = [
        "AggregateError", "Array", "ArrayBuffer", "BigInt", "BigInt64Array", "BigUint64Array", "Boolean", "DataView",
        "Date", "Error",
        "EvalError", "Float16Array", "Float32Array", "Float64Array", "Function", "Infinity", "Int16Array", "Int32Array",
        "Int8Array",
        "Iterator", "JSON", "Map", "Math", "NaN", "Number", "Object", "Promise", "Proxy", "RangeError",
        "ReferenceError", "Reflect",
        "RegExp", "Set", "String", "Symbol", "SyntaxError", "TypeError", "URIError", "Uint16Array", "Uint32Array",
        "Uint8Array",
        "Uint8ClampedArray", "WeakMap", "WeakSet", "decodeURI", "decodeURIComponent", "encodeURI", "encodeURIComponent",
        "escape",
        "globalThis", "isFinite", "isNaN", "parseFloat", "parseInt", "undefined", "unescape",
    ]

    /// What the bridge is asked to do: its first argument.
    enum Step {
        /// Arguments: the JSON text `{context, session, globals}`, what the script needs (``Needs``), milliseconds since
        /// 1970, four words of seed, and the longest output of `print` and of context and session, in UTF-16 units.
        static let begin: Double = 0
        /// Arguments: none, and the number of lines before a script's own.
        ///
        /// Returns `R` and the result as JSON text, or `E` (error) or `L` (limit) and words.
        static let finish: Double = 1
        /// Arguments: what a script threw, and the number of lines before a script's own.
        ///
        /// Returns `E`, then line, column and words, each on a line; or `L` and words.
        static let describe: Double = 2
    }

    /// What a realm is given only where the script can reach it, because making it costs as much as many a script's run.
    struct Needs: OptionSet {
        let rawValue: Int
        static let clock = Needs(rawValue: 1)
        static let chance = Needs(rawValue: 2)
        static let print = Needs(rawValue: 4)

        init(rawValue: Int) { self.rawValue = rawValue }

        /// A global is reached by its name, or through the global object, which only `globalThis` and `this` give in
        /// strict code; `\u` can write a letter of a name.
        init(of source: [UInt8]) {
            // A source holds no NUL, as requests promise.
            let text = source.map { CChar(bitPattern: $0) } + [0]
            func mentions(_ word: String) -> Bool { unsafe strstr(text, word) != nil }
            self =
                mentions("this") || mentions("globalThis") || mentions(#"\u"#)
                ? [.clock, .chance, .print]
                : [mentions("Date") ? .clock : [], mentions("Math") ? .chance : [], mentions("print") ? .print : []]
        }
    }

    /// Functions of a realm apart, which remember the first rejection that nobody caught; null stands for none.
    enum Keeper {
        static let reject =
            "var reason = null; (function (promise, given) { if (reason === null) reason = given ?? String(given); })"
        static let take = "(function () { var taken = reason; reason = null; return taken; })"
    }

    /// Lists the global object's names, one a line: for a realm that no script ever sees.
    static let listGlobals = "Object.getOwnPropertyNames(globalThis).join('\\n')"

    /// What the engine knows the prelude by: an error that says it is from there has no place in the script.
    static let name = "patchbay:prelude"

    /// The prelude's text.
    ///
    /// - Parameter unwanted: The names to take away, as ``listGlobals`` found them.
    /// - Returns: A script whose value is the bridge.
    static func source(without unwanted: [String]) -> String {
        let removals = unwanted.map { name in
            "global[" + String(decoding: quoted(name), as: UTF8.self) + "] = undefined;"
        }
        return head + removals.joined(separator: "\n") + body
    }

    private static func quoted(_ name: String) -> [UInt8] {
        var bytes: [UInt8] = []
        JSONWriter.quote(name, into: &bytes)
        return bytes
    }

    private static let head = """
        (function () {
        "use strict";
        const global = globalThis;

        """

    // Plain assignments where a definition would do more: defining or deleting a property makes the engine build all of
    // an object's lazy properties, which costs more than a script's run.
    private static let body = """

        const { parse, stringify } = JSON;
        const { freeze, keys: namesOf, hasOwn: owns, getPrototypeOf: parent } = Object;
        const prototypes = [parent({}), parent([]), parent(""), parent(0), parent(false)];
        const text = String, NativeError = Error;
        let longestResult = 0, linesBefore = 0;
        let printed = "", lines = 0, length = 0, isOver = false;

        // The clock stands still for a call.
        function installDate(now) {
            const NativeDate = Date, construct = Reflect.construct;
            const FixedDate = function Date(year, month, day, hours, minutes, seconds, ms) {
                if (!new.target) return text(new NativeDate(now));
                const target = new.target === FixedDate ? NativeDate : new.target;
                return construct(NativeDate, arguments.length === 0 ? [now] : arguments, target);
            };
            FixedDate.prototype = NativeDate.prototype;
            FixedDate.now = function () { return now; };
            FixedDate.parse = NativeDate.parse;
            FixedDate.UTC = NativeDate.UTC;
            NativeDate.prototype.constructor = FixedDate;
            global.Date = FixedDate;
        }

        // sfc32 of PractRand (Chris Doty-Humphrey), 53 bits a number.
        function installRandom(a, b, c, d) {
            function word() {
                const sum = (a + b | 0) + d | 0;
                d = d + 1 | 0;
                a = b ^ b >>> 9;
                b = c + (c << 3) | 0;
                c = (c << 21 | c >>> 11) + sum | 0;
                return sum >>> 0;
            }
            for (let i = 0; i < 12; i++) word();
            Math.random = function () { return ((word() >>> 5) * 67108864 + (word() >>> 6)) / 9007199254740992; };
        }

        function installPrint(longest) {
            const LimitError = RangeError;
            global.print = freeze((...values) => {
                let line = "";
                for (let i = 0; i < values.length; i++) {
                    const value = values[i];
                    const words = typeof value === "string" ? value
                        : typeof value === "object" && value !== null ? stringify(value) : text(value);
                    line += i === 0 ? words : " " + words;
                }
                length += line.length;
                if (length > longest) {
                    isOver = true;
                    // The function of the script's author, by its name.
                    throw new LimitError("print() was given more than the output limit");
                }
                printed += (lines++ === 0 ? "" : ",") + stringify(line);
            });
        }

        function deepFreeze(value) {
            if (typeof value !== "object" || value === null) return value;
            const names = namesOf(value);
            for (let i = 0; i < names.length; i++) deepFreeze(value[names[i]]);
            return freeze(value);
        }

        function begin(json, needs, time, a, b, c, d, outputLimit, resultLimit) {
            if (needs & 1) installDate(time);
            if (needs & 2) installRandom(a | 0, b | 0, c | 0, d | 0);
            if (needs & 4) installPrint(outputLimit);
            longestResult = resultLimit;
            const given = parse(json), session = given.session;
            if (typeof session.profile === "object")
                Object.defineProperty(session, "profile", {
                    value: deepFreeze(session.profile),
                    writable: false, configurable: false,
                });
            const names = namesOf(given.globals);
            for (let i = 0; i < names.length; i++) global[names[i]] = deepFreeze(given.globals[names[i]]);
            global.context = given.context;
            global.session = session;
        }

        function written(name) {
            let json;
            try { json = stringify(global[name]); } catch (error) { throw [name, error]; }
            if (typeof json !== "string" || json[0] !== "{") throw [name, new NativeError("no longer an object")];
            if (json.length > longestResult) isOver = true;
            return json;
        }

        function finish() {
            if (isOver) return "Lprint";
            for (let i = 0; i < 5; i++)
                if (owns(prototypes[i], "toJSON")) try { delete prototypes[i].toJSON; } catch {}
            try {
                const context = written("context");
                if (isOver) return "Lcontext";
                const session = written("session");
                if (isOver) return "Lsession";
                return 'R{"context":' + context + ',"session":' + session + ',"printed":[' + printed + "]}";
            } catch (problem) {
                return "J" + problem[0] + "\\n" + place(problem[1]);
            }
        }

        function describe(error) { return isOver ? "Lprint" : "E" + place(error); }

        // Whatever a script put where a number belongs, none of its code runs here.
        function counted(value) { return typeof value === "number" && value > 0 && (value | 0) === value ? value : 0; }

        function place(error) {
            let line = 0, column = 0, words;
            try {
                if (error instanceof NativeError) {
                    if (error.sourceURL !== "\(name)") { line = error.line; column = error.column; }
                    words = text(error);
                } else if (typeof error === "string") words = "uncaught " + stringify(error);
                else if (typeof error === "object" && error !== null) words = "uncaught " + stringify(error);
                else words = "uncaught " + text(error);
            } catch (problem) { words = "threw a value that cannot be shown"; }
            if (typeof line === "number") line -= linesBefore;
            return counted(line) + "\\n" + counted(column) + "\\n" + words;
        }

        return function (step, first, second, time, a, b, c, d, outputLimit, resultLimit) {
            if (step === 0) return begin(first, second, time, a, b, c, d, outputLimit, resultLimit);
            linesBefore = second;
            return step === 1 ? finish() : describe(first);
        };
        })()
        """
}
