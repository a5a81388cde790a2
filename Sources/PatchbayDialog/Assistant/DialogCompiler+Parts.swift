import PatchbayLanguage
import PatchbayModel

extension DialogCompiler {
    mutating func transition(_ transition: Transition, at pointer: JSONPointer) -> CompiledTransition? {
        do throws(DiagnosticError) {
            let condition = try Condition(transition.condition, at: pointer.appending("if"))
            note(condition.expressions.map(\.expression))
            return CompiledTransition(
                id: transition.id,
                condition: condition,
                then: transition.then,
                clear: transition.clear.map { ContextPath($0) }
            )
        } catch {
            report(error.diagnostics)
            return nil
        }
    }

    mutating func assignments(_ rows: [Assignment], at pointer: JSONPointer) -> [CompiledAssignment] {
        rows.enumerated().map { index, row in
            CompiledAssignment(
                to: ContextPath(row.to),
                value: row.clears ? nil : template(row.value, at: pointer.appending(index).appending("value"))
            )
        }
    }

    mutating func save(_ row: Assignment, at pointer: JSONPointer) -> CompiledSave? {
        guard let path = row.value.string else {
            report([Diagnostic(at: pointer, "expected a path into the node's result, such as \"values.text\"")])
            return nil
        }
        return expression(path, at: pointer).map { CompiledSave(to: ContextPath(row.to), from: $0) }
    }

    mutating func alternatives(
        _ alternatives: [Alternative],
        of node: String,
        at pointer: JSONPointer
    ) -> [CompiledAlternative] {
        alternatives.enumerated().map { index, alternative in
            let place = pointer.appending(index)
            let content: CompiledAlternative.Content =
                switch alternative.content {
                case .text(let text): .text(localized(text, at: place.appending("text")))
                case .template(let json): .template(template(json, at: place.appending("template")))
                case .script: .script(script("\(node).\(alternative.id).message.js"))
                }
            return CompiledAlternative(
                id: alternative.id,
                content: content,
                channels: alternative.channels,
                attempt: alternative.attempt
            )
        }
    }

    func script(_ file: String) -> CompiledScript {
        CompiledScript(name: "dialogs/\(source.dialog.id)/\(file)", source: source.scripts[file])
    }

    func optionalScript(_ file: String) -> CompiledScript? { source.scripts[file] == nil ? nil : script(file) }

    mutating func localized(_ text: LocalizedText, at pointer: JSONPointer) -> CompiledText {
        var templates: [String: TextTemplate] = [:]
        for (language, words) in text.byLanguage {
            templates[language] = self.text(
                words,
                at: text.byLanguage.count == 1 ? pointer : pointer.appending(language)
            )
        }
        return CompiledText(templates, base: text.base)
    }

    mutating func text(_ words: String, at pointer: JSONPointer) -> TextTemplate? {
        do throws(ExpressionError) {
            let template = try TextTemplate(words)
            note(template.expressions)
            return template
        } catch {
            report(error.diagnostics(at: pointer))
            return nil
        }
    }

    mutating func template(_ json: JSONValue, at pointer: JSONPointer) -> ValueTemplate? {
        do throws(ExpressionError) {
            let template = try ValueTemplate(json)
            note(template.expressions.map(\.expression))
            return template
        } catch {
            report(ValueTemplate.problems(in: json, at: pointer))
            return nil
        }
    }

    mutating func expression(_ text: String, at pointer: JSONPointer) -> Expression? {
        do throws(ExpressionError) {
            let expression = try Expression(text)
            note([expression])
            return expression
        } catch {
            report(error.diagnostics(at: pointer))
            return nil
        }
    }

    mutating func schema(_ json: JSONValue, at pointer: JSONPointer) -> JSONSchema? {
        do {
            return try JSONSchema(json)
        } catch {
            report([Diagnostic(at: pointer, "\(error)")])
            return nil
        }
    }
}
