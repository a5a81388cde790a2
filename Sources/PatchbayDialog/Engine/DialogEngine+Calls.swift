import PatchbayModel

// Calls on behalf of nodes.
extension DialogEngine {
    /// Makes a call on behalf of a node.
    ///
    /// A call of a language model is not made once the conversation's budget is used up. Saved before a call leaves are
    /// what has been said so far, and, when the call may have an effect, that it is under way.
    ///
    /// - Throws: ``ConversationStoreError`` when that save fails; the call has not left then.
    func call(
        _ call: OperationCall,
        node: CompiledNode,
        _ run: inout TurnRun,
        _ output: inout TurnOutput
    ) async throws -> Result<OperationAnswer, Failure> {
        if caller.usesModel(call), let failure = run.head.modelUse.failure(beyond: run.limits, at: node.place) {
            return .failure(failure)
        }
        let mayHaveEffect = caller.mayHaveEffect(call)
        if mayHaveEffect || output.emitted < run.messages.count {
            run.head.pending = PendingTurn(
                key: call.key,
                mayHaveEffect: mayHaveEffect,
                event: run.hiddenEvent,
                eventID: run.eventID,
                messages: run.messages,
                trace: run.trace
            )
            try await save(&run.head, turn: nil, at: run.now)
            run.head.pending = nil
            await output.emit(run)
        }
        let sink = output.sink
        let place = node.place
        do {
            let answer = try await caller.call(call) { event in
                if case .part(let text) = event { await sink(.messagePart(node: place, text: text)) }
            }
            run.head.modelUse.add(answer.usage)
            run.note(TraceEntry(node: place, action: "call", detail: answer.trace))
            return .success(answer)
        } catch let failure as Failure {
            return .failure(failure)
        } catch is CancellationError {
            return .failure(Failure(.interrupted, "node '\(place)': nobody waited for the answer any more"))
        } catch {
            return .failure(Failure(.unreachable, "node '\(place)': \(error)"))
        }
    }
}

extension OperationAnswer {
    /// What a trace says of a call.
    fileprivate var trace: JSONObject {
        var detail: JSONObject = [
            "status": .number(JSONNumber(statusCode)), "attempts": .number(JSONNumber(attempts)),
            "source": .string(source),
        ]
        detail["usage"] = usage.map(JSONValue.object)
        return detail
    }
}
