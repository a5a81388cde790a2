import PatchbayLanguage
import PatchbayModel

/// Compares two versions of an operation.
struct OperationJudge {
    let old: ServiceOperation
    let new: ServiceOperation
    let calls: [PluginUse.Call]
    /// The operation's place in the manifest.
    let place: JSONPointer

    private var users: [String] { calls.map(\.place) }
    private var name: String { "operation '\(old.id)'" }

    func judge(_ judge: inout UpdateJudge) {
        request(&judge)
        for input in old.inputs {
            if let next = new.inputs.first(where: { $0.key == input.key }) {
                compare(input, next, &judge)
            } else {
                let givers = calls.filter { gives(input.key, $0) }.map(\.place)
                judge.note(
                    .breaking,
                    at: at(input.key),
                    "\(name) takes no input '\(input.key)' any more",
                    usedBy: givers
                )
            }
        }
        for input in new.inputs where !old.inputs.contains(where: { $0.key == input.key }) { added(input, &judge) }
        answer(&judge)
        errors(&judge)
    }

    private func at(_ input: String) -> JSONPointer { place.appending("inputs").appending(input) }

    // MARK: - The request

    private func request(_ judge: inout UpdateJudge) {
        if old.method != new.method || old.path != new.path {
            judge.note(
                .uncertain,
                at: place.appending(old.method != new.method ? "method" : "path"),
                "\(name) calls \(new.method) \(new.path) now, not \(old.method) \(old.path)",
                usedBy: users
            )
        }
        if old.isSafe, !new.isSafe, old.method == new.method {
            judge.note(.uncertain, at: place.appending("retry"), "\(name) is no longer repeated unasked", usedBy: users)
        }
        if old.model != nil, new.model == nil {
            let prompts = calls.filter(\.isPrompt).map(\.place)
            judge.note(
                .breaking,
                at: place.appending("model"),
                "\(name) calls no language model any more",
                usedBy: prompts
            )
        }
        if !old.startsJob, new.startsJob {
            judge.note(.breaking, at: place.appending("job"), "\(name) answers with a job now", usedBy: users)
        }
        if old.query != new.query || old.headers != new.headers || old.body.fixed != new.body.fixed {
            judge.note(.uncertain, at: place, "\(name) sends other fixed values", usedBy: users)
        }
    }

    // MARK: - Inputs

    /// What a call gives; a prompt's mapping gives its own inputs.
    private func gives(_ key: String, _ call: PluginUse.Call) -> Bool {
        if call.input[key] != nil { return true }
        guard call.isPrompt, let model = old.model else { return false }
        let mapped = ["system", "messages"].compactMap {
            model.pointers[$0]?.string.flatMap(JSONPointer.init)?.tokens.first
        }
        return ([model.nameInput, "messages", "prompt", "input", "stream"] + mapped).contains(key)
    }

    private func compare(_ before: OperationInput, _ now: OperationInput, _ judge: inout UpdateJudge) {
        let (givers, others) = (calls.filter { gives(before.key, $0) }, calls.filter { !gives(before.key, $0) })
        let what = "input '\(before.key)' of \(name)"
        let isNeeded = { (input: OperationInput) in input.isRequired && input.defaultValue == nil }
        if isNeeded(now), !isNeeded(before) {
            judge.note(.breaking, at: at(before.key), "\(what) is required now", usedBy: others.map(\.place))
        } else if before.defaultValue != now.defaultValue {
            judge.note(
                .uncertain,
                at: at(before.key).appending("default"),
                "\(what) is \(Self.shown(now.defaultValue)) where it is left out, not \(Self.shown(before.defaultValue))",
                usedBy: others.map(\.place)
            )
        }
        schema(before, now, what, givers, &judge)
    }

    private static func shown(_ value: JSONValue?) -> String { value.map { JSONWriter().text($0) } ?? "nothing" }

    /// A literal is tried; what is known only when it runs is judged by the schemas.
    private func schema(
        _ before: OperationInput,
        _ now: OperationInput,
        _ what: String,
        _ givers: [PluginUse.Call],
        _ judge: inout UpdateJudge
    ) {
        let place = at(before.key).appending("schema")
        var open: [String] = []
        let schema = try? judge.new.compile(now.schema)
        for call in givers {
            guard let value = call.input[before.key], Self.isLiteral(value), let schema else {
                open.append(call.place)
                continue
            }
            guard let problem = schema.problems(of: value).first else { continue }
            let words = "\(what) no longer takes \(JSONWriter().text(value)): \(problem.message)"
            judge.note(.breaking, at: place, words, usedBy: [call.place])
        }
        guard !open.isEmpty || givers.isEmpty else { return }
        judge.compare(before.schema, now.schema, .input, at: place, of: what, usedBy: open)
    }

    private static func isLiteral(_ value: JSONValue) -> Bool {
        switch value {
        case .string(let text): !TextTemplate.hasExpressions(text)
        case .array(let elements): elements.allSatisfy(isLiteral)
        case .object(let object): object.members.allSatisfy { isLiteral($0.value) }
        case .null, .bool, .number: true
        }
    }

    private func added(_ input: OperationInput, _ judge: inout UpdateJudge) {
        let what = "input '\(input.key)' of \(name)"
        guard input.isRequired, input.defaultValue == nil else {
            return judge.note(.compatible, at: at(input.key), "\(what) is new", usedBy: [])
        }
        let others = calls.filter { $0.input[input.key] == nil }
        // What a prompt's mapping gives is known only to the mapping.
        for (isPrompt, verdict) in [(false, UpdateJudgement.Verdict.breaking), (true, .uncertain)] {
            let users = others.filter { $0.isPrompt == isPrompt }.map(\.place)
            if !users.isEmpty || !isPrompt && calls.isEmpty {
                judge.note(verdict, at: at(input.key), "\(what) is new and required", usedBy: users)
            }
        }
    }

    // MARK: - The answer

    private func answer(_ judge: inout UpdateJudge) {
        let readers = calls.filter { call in call.reads.contains { ["values", "response"].contains($0.first) } }
        if old.response.decoder != new.response.decoder {
            judge.note(
                .breaking,
                at: place.appending("response").appending("decoder"),
                "the answer of \(name) is read as \(new.response.decoder.rawValue) now",
                usedBy: readers.map(\.place)
            )
        }
        for (name, pointer) in old.response.values { value(name, at: pointer, &judge) }
        body(&judge)
    }

    /// One of the values that are taken out of the answer.
    private func value(_ name: String, at pointer: JSONPointer, _ judge: inout UpdateJudge) {
        let users = calls.filter { $0.reads.contains { $0.starts(with: ["values", name]) } }.map(\.place)
        let whole = calls.filter { $0.reads.contains(["values"]) }.map(\.place)
        let place = place.appending("response").appending("values").appending(name)
        let what = "value '\(name)' of \(self.name)"
        guard let next = new.response.values.first(where: { $0.name == name })?.pointer else {
            if users.isEmpty, !whole.isEmpty {
                return judge.note(.uncertain, at: place, "\(what) is gone", usedBy: whole)
            }
            return judge.note(.breaking, at: place, "\(what) is gone", usedBy: users)
        }
        part(pointer.tokens, next.tokens, at: place, what, users, &judge)
    }

    /// The places of the answer that are read without a name.
    private func body(_ judge: inout UpdateJudge) {
        let place = place.appending("response").appending("schema")
        var paths: [[String]: [String]] = [:]
        for call in calls {
            for read in call.reads where read.starts(with: ["response", "body"]) {
                paths[Array(read.dropFirst(2)), default: []].append(call.place)
            }
        }
        for (path, users) in paths.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            part(path, path, at: place, "the answer of \(name)", users, &judge)
        }
        guard paths.isEmpty else { return }
        judge.compare(
            old.response.schema ?? true,
            new.response.schema ?? true,
            .output,
            at: place,
            of: "the answer of \(name)",
            usedBy: [],
            mostly: .compatible
        )
    }

    /// A part of the answer that is read.
    private func part(
        _ before: [String],
        _ now: [String],
        at place: JSONPointer,
        _ what: String,
        _ users: [String],
        _ judge: inout UpdateJudge
    ) {
        let old = judge.side(self.old.response.schema ?? true, of: judge.old)
        let new = judge.side(self.new.response.schema ?? true, of: judge.new)
        let named = before.isEmpty ? what : "\(what) at '\(before.joined(separator: "."))'"
        switch (old.part(before), new.part(now)) {
        case (let first?, let second?):
            for finding in SchemaComparison.findings(from: old, first, to: new, second, .output) {
                // Whoever reads the whole may not read what differs.
                let isCertain = finding.isCertain && finding.place == .root
                judge.note(isCertain ? .breaking : .uncertain, at: place, "\(named): \(finding.words)", usedBy: users)
            }
            if self.old.isRequired(before, in: old), !self.new.isRequired(now, in: new) {
                judge.note(.breaking, at: place, "\(named): it may now be missing", usedBy: users)
            }
        case (.some, nil): judge.note(.breaking, at: place, "\(named): it is no longer described", usedBy: users)
        case (nil, _):
            if before != now { judge.note(.uncertain, at: place, "\(named): it lies elsewhere", usedBy: users) }
        }
    }

    private func errors(_ judge: inout UpdateJudge) {
        let isSame = old.errors == new.errors && judge.old.manifest.errors == judge.new.manifest.errors
        let users = calls.filter { $0.reads.contains { $0.starts(with: ["error"]) } }.map(\.place)
        guard !isSame, !users.isEmpty else { return }
        judge.note(
            .uncertain,
            at: place.appending("errors"),
            "the errors of \(name) mean something else",
            usedBy: users
        )
    }
}

extension ServiceOperation {
    /// Whether each name of a path is required in the answer's schema.
    func isRequired(_ path: [String], in side: SchemaComparison.Side) -> Bool {
        path.indices.allSatisfy { index in
            guard let around = side.part(Array(path[..<index])) else { return false }
            return around["required"]?.array?.contains(.string(path[index])) == true || Int(path[index]) != nil
        }
    }
}
