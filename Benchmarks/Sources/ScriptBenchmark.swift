import Foundation
import PatchbayDialog
import PatchbayModel
import PatchbayScript

/// A script node's script in a fresh realm of the worker process.
enum ScriptBenchmark {
    static func rows(_ material: Material) async throws -> [Row] {
        let engine = WorkerScriptEngine(executable: material.patchbay, processes: 1)
        let call = try call()
        try await check(engine, call)
        var costs: [Double] = []
        for _ in 0..<9 { costs.append(try await cost(engine, call, count: 1_000)) }
        var waits: [Double] = []
        for _ in 0..<500 {
            let wait = try await Cost.of {
                _ = try await engine.run(call)
                return 1
            }
            waits.append(wait.wall)
            // As long again at rest: half load.
            try await Task.sleep(for: .seconds(max(wait.wall, 0.0005)))
        }
        let worker = workerMemory()
        await engine.close()
        return [
            Row(
                job: "Script node, fresh realm, worker's CPU included",
                ours: "\((1 / median(costs)).short) runs per CPU-s (\(median(costs).time))",
                beside: "–",
                ratio: "–",
                goal: "goal 9: beside quickjs, below"
            ),
            Row(
                job: "Script node, latency at half load",
                ours: "p50 \(median(waits).time), p90 \(waits.sorted()[450].time) by the clock",
                beside: "–",
                ratio: "–",
                goal: "p50 ≤ 0.15 ms"
            ),
            Row(
                job: "Script worker, anonymous and private memory",
                ours: worker.map { (Double($0) / 1_024).short + " MiB" } ?? "unknown",
                beside: "–",
                ratio: "–",
                goal: "≤ 60 MiB"
            ),
        ]
    }

    /// Runs per second of CPU, the worker's included, for a driver.
    static func rate(executable: String) async throws -> Double {
        let engine = WorkerScriptEngine(executable: executable, processes: 1)
        let call = try call()
        try await check(engine, call)
        let cost = try await cost(engine, call, count: 2_000)
        await engine.close()
        return 1 / cost
    }

    private static func cost(_ engine: WorkerScriptEngine, _ call: ScriptCall, count: Int) async throws -> Double {
        let start = processorSeconds() + childrenSeconds()
        for _ in 0..<count { _ = try await engine.run(call) }
        return (processorSeconds() + childrenSeconds() - start) / Double(count)
    }

    private static func check(_ engine: WorkerScriptEngine, _ call: ScriptCall) async throws {
        for _ in 0..<20 {
            guard try await engine.run(call).context["skills"] == ["javascript"] else {
                throw BenchmarkError("the script answered wrongly")
            }
        }
    }

    /// The largest child's `Private_Dirty` of anonymous memory, in KiB.
    private static func workerMemory() -> Int? {
        let own = "/proc/self/task"
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: own)) ?? []
        let children = tasks.flatMap { task in
            ((try? String(contentsOfFile: "\(own)/\(task)/children", encoding: .utf8)) ?? "").split(separator: " ")
        }
        return children.compactMap { child in
            (try? String(contentsOfFile: "/proc/\(child)/status", encoding: .utf8))?.split(separator: "\n")
                .first { $0.hasPrefix("RssAnon:") }?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        }.max()
    }

    private static func call() throws -> ScriptCall {
        let context = try JSONReader().read(
            """
            {"session": {"id": "s1"}, "entities": {"name": "Ann", "skills": ["swift", "sql", "js"], "years": 7},
             "service": {"body": {"choices": [{"message": {"content": "- Swift\\n- SQL\\n- JavaScript"}}]}}}
            """
        )
        return ScriptCall(
            name: "dialogs/bench/skills.js",
            source: """
                const list = context.service.body.choices[0].message.content.split("\\n")
                    .map(line => line.replace(/^- /, "").toLowerCase());
                context.skills = list.filter(word => !context.entities.skills.includes(word));
                context.msg = "Hello " + context.entities.name + ", " + list.length + " skills in " + context.entities.years + " years";
                """,
            context: context.object ?? JSONObject(),
            milliseconds: 1_790_000_000_000,
            seed: 1
        )
    }
}
