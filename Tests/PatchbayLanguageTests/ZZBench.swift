import Foundation
import PatchbayModel
import Testing
@testable import PatchbayLanguage
@Suite(.serialized) struct ZZBench {
  func time(_ n: Int, _ name: String, _ f: () -> Void) { let c = ContinuousClock(); f(); let d = c.measure { for _ in 0..<n { f() } }; print("BENCH \(name): \(d / n)") }
  @Test func bench() throws {
    let scope = try TestScope.sample()
    let t = try TextTemplate("I found: {{context.skills}} for {{context.entities.name}}.")
    time(20000, "text") { _ = t.text(in: scope) }
    let plain = try TextTemplate("I found nothing at all here, sorry about that.")
    time(20000, "plain") { _ = plain.text(in: scope) }
    let e = try Expression("context.entities.name")
    time(20000, "path") { _ = e.evaluate(in: scope) }
    let c = try Condition(["value": "length(context.skills)", "operator": "equals", "to": 0])
    time(20000, "condition") { _ = c.holds(in: scope) }
    let v = try ValueTemplate(try json(#"{"model": "{{env.model}}", "messages": [{"role": "system", "content": "List the skills in the resume, one per line."}, {"role": "user", "content": "{{context.entities.name}}"}]}"#))
    time(20000, "value") { _ = v.resolve(in: scope) }
    for src in PatternTests.hostile + ["(" + (0..<330).map { _ in "a?" }.joined() + ")*!", "^(?:" + (0..<60).map { "a{1,\($0+2)}" }.joined(separator: "|") + ")*!", "(a.{1,30}b?){8}!", "[ab]*a[ab]{900}c"] {
      do { let cl = ContinuousClock(); var p: Pattern?; let d = try cl.measure { p = try Pattern(src) }; let pp = p!
      let text = String(repeating: "a", count: 100_000)
      let mixed = String((0..<100_000).map { _ in Bool.random() ? "a" : "b" })
      let a = cl.measure { _ = pp.matches(text) }, b = cl.measure { _ = pp.wholeMatch(text) }, m = cl.measure { _ = pp.matches(mixed) }
      print("BENCH \(src.prefix(30)) compile \(d) cost \(pp.costOfCharacter) matches \(a) whole \(b) mixed \(m)") } catch { print("BENCH refused \(src.prefix(30)) \(error)") }
    }
    let bytes = Array(try Data(contentsOf: SharedMaterial.packageRoot.appending(path: "docs/schema/dialog.schema.json")))
    let sv = try JSONReader(maxBytes: 8 << 20).read(bytes)
    time(5, "dialog schema compile") { _ = try? JSONSchema(sv) }
    let schema = try JSONSchema(sv)
    let files = SchemaAgreementTests.files.filter { $0.hasPrefix("good/dialog") }
    for f in files.prefix(3) { let v = try JSONReader().read(Array(try Data(contentsOf: SchemaAgreementTests.corpus.appending(path: f)))); time(50, "valid \(f) nodes \(schema.nodes.count)") { _ = schema.isValid(v) } }
    let small = try JSONSchema(try json(#"{"type":"object","properties":{"name":{"type":"string","maxLength":20},"age":{"type":"integer","minimum":0},"tags":{"type":"array","items":{"type":"string"}}},"required":["name"],"additionalProperties":false}"#))
    let val = try json(#"{"name":"Ada","age":36,"tags":["a","b","c"]}"#)
    time(20000, "small isValid") { _ = small.isValid(val) }
  }
}
