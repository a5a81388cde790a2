import Foundation
import PatchbayLanguage
import PatchbayModel

/// Makes one call of a language model, and asks again where its answer does not satisfy the schema.
enum PromptNodeExecutor {
    static func perform(
        _ prompt: CompiledPrompt,
        _ node: CompiledNode,
        _ run: inout TurnRun,
        _ engine: DialogEngine,
        _ output: inout TurnOutput
    ) async throws -> NodeOutcome {
        guard let scope = run.scope else { return .done }
        let word = prompt.history?.resolve(in: scope)?.string ?? PromptNode.History.promptOnly.rawValue
        guard let mode = PromptNode.History(rawValue: word) else {
            let words = PromptNode.History.allCases.map(\.rawValue).joined(separator: ", ")
            return .failed(
                Failure(.invalid, "node '\(node.place)': unknown history mode '\(word)'; use one of \(words)")
            )
        }
        let asked = prompt.prompt?.text(in: scope) ?? ""
        var messages = try await PromptHistory.messages(
            mode,
            turns: prompt.node.turns,
            bytes: prompt.node.historyBytes,
            before: asked,
            run,
            engine.store
        )
        if !asked.isEmpty { messages.append(ModelRequest.Message(role: .user, text: asked)) }
        guard !messages.isEmpty else {
            return .failed(
                Failure(
                    .invalid,
                    "node '\(node.place)': there is nothing to send; its 'prompt' is empty and so is the history"
                )
            )
        }
        let model = prompt.model?.resolve(in: scope)?.string
        let system = prompt.system?.text(in: scope)
        let options = prompt.options?.resolve(in: scope)?.object ?? JSONObject()
        var usage: JSONObject?
        let attempts = min(max(prompt.node.attempts ?? run.limits.promptAttempts, 1), run.limits.maxPromptAttempts)
        for attempt in 1...attempts {
            let request = ModelRequest(
                model: model,
                system: system,
                messages: messages,
                schema: prompt.node.schema,
                options: options,
                streams: prompt.node.streams && prompt.schema == nil
            )
            let call = OperationCall(
                node: node.place,
                target: .model(prompt.node.integration, prompt.node.operation, request),
                profile: prompt.node.profile,
                timeout: prompt.node.timeout,
                key: run.callKey()
            )
            let answer: OperationAnswer
            switch try await engine.call(call, node: node, &run, &output) {
            case .failure(let failure): return .failed(failure)
            case .success(let received): answer = received
            }
            usage = Usage.sum(usage, answer.usage)
            let text = answer.text ?? answer.body.string ?? ""
            var result: JSONObject = ["text": .string(text)]
            result["usage"] = usage.map(JSONValue.object)
            result["response"] = .object([
                "statusCode": .number(JSONNumber(answer.statusCode)), "headers": .object(answer.headers),
                "body": answer.body,
            ])
            guard let schema = prompt.schema else {
                run.context[node.id] = .object(result)
                return .done
            }
            switch StructuredAnswer.read(text, schema) {
            case .success(let value):
                result["output"] = value
                run.context[node.id] = .object(result)
                return .done
            case .failure(let mismatch):
                run.context[node.id] = .object(result)
                run.note(TraceEntry(node: node.place, action: "malformed", detail: ["why": .string(mismatch.words)]))
                guard attempt < attempts else {
                    return .failed(
                        Failure(
                            .malformed,
                            status: answer.statusCode,
                            "node '\(node.place)': the model's answer does not satisfy the schema: \(mismatch.words)",
                            attempts: attempt
                        )
                    )
                }
                messages.append(ModelRequest.Message(role: .assistant, text: text))
                messages.append(ModelRequest.Message(role: .user, text: mismatch.request))
            }
        }
        return .done
    }
}

/// Reads a model's answer as the JSON that was asked for.
enum StructuredAnswer {
    /// Why an answer is not what was asked for.
    struct Mismatch: Error {
        let words: String

        /// What is said to the model.
        var request: String {
            "Your answer does not satisfy the JSON Schema: \(words). Answer again with JSON only, without any other text."
        }
    }

    /// The value, when the text is JSON (also inside one fenced block) and satisfies the schema.
    static func read(_ text: String, _ schema: JSONSchema) -> Result<JSONValue, Mismatch> {
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try JSONReader().read(unfenced(text))
        } catch {
            return .failure(Mismatch(words: "it is no JSON: \(error.problems.first?.message ?? "")"))
        }
        let problems = schema.problems(of: value)
        guard let first = problems.first else { return .success(value) }
        let more = problems.count > 1 ? " (and \(problems.count - 1) more)" : ""
        return .failure(Mismatch(words: first.description + more))
    }

    private static func unfenced(_ text: String) -> String {
        let trimmed = PlainText.trimmed(text)
        guard trimmed.hasPrefix("```"), trimmed.hasSuffix("```"), trimmed.count > 6,
            let line = trimmed.firstIndex(of: "\n")
        else {
            return trimmed
        }
        return String(trimmed[trimmed.index(after: line)...].dropLast(3))
    }
}

/// Adds up what several calls of one node used.
enum Usage {
    /// The sum of token counts, and of costs in one currency.
    static func sum(_ first: JSONObject?, _ second: JSONObject?) -> JSONObject? {
        guard var sum = first else { return second }
        guard let second else { return first }
        for member in second.members {
            switch (sum[member.key], member.value) {
            case (.number(let left)?, .number(let right)):
                guard let left = left.int, let right = right.int else { continue }
                let (total, overflow) = left.addingReportingOverflow(right)
                sum[member.key] = .number(JSONNumber(overflow ? Int.max : total))
            case (.object(let left)?, .object(let right)) where left["currency"] == right["currency"]:
                guard let one = decimal(left["amount"]), let other = decimal(right["amount"]) else { continue }
                var cost = left
                cost["amount"] = .string((one + other).description)
                sum[member.key] = .object(cost)
            case (nil, let value): sum[member.key] = value
            default: break
            }
        }
        return sum
    }

    private static func decimal(_ value: JSONValue?) -> Decimal? { value?.string.flatMap { Decimal(string: $0) } }
}
