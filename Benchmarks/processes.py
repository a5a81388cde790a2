"""Measures whole processes: usage processes.py PATCHBAY BENCHMARKS MATERIAL [PEERS].

CPU time of the process (user and system), in turns A B C A B C, medians; prints rows of a Markdown table. Without PEERS (a folder with
the environments v-main, v-llm and v-bot) only the product and the limits beside it are measured.
"""
import fcntl
import json
import os
import pty
import re
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios

patchbay, benchmarks, material = (os.path.abspath(word) for word in sys.argv[1:4])
peers = os.path.abspath(sys.argv[4]) if len(sys.argv) > 4 else None
here = os.path.dirname(os.path.abspath(__file__))
PAIRS = int(os.environ.get("PAIRS", "9"))
ONLY = os.environ.get("PARTS", "").split()
work = tempfile.mkdtemp(prefix="patchbay-bench-")
environment = {**os.environ, "HOME": work, "NO_COLOR": "1", "LLM_USER_PATH": work + "/llm"}
for name in ("PYTHONPYCACHEPREFIX", "PYTHONDONTWRITEBYTECODE"):
    environment.pop(name, None)


def compiled(name, text):
    source = f"{work}/{name}.c"
    with open(source, "w") as file:
        file.write(text)
    subprocess.run(["cc", "-O2", "-static", "-o", f"{work}/{name}", source], check=True)
    return f"{work}/{name}"


with open(here + "/launcher.c") as source:
    launcher = compiled("launcher", source.read())
nothing = compiled("nothing", "int main(void) { return 0; }\n")


def home(folder):
    """Each workspace has a home of its own, so that no part meets another's plugins."""
    return {"PATCHBAY_HOME": f"{folder or work}.home"}


def once(command, cwd=None, env=None):
    """CPU seconds and peak MiB of one run."""
    done = subprocess.run([launcher, work + "/used", *command], cwd=cwd, env={**environment, **home(cwd), **(env or {})},
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: exit {done.returncode}: {done.stderr[-2000:]}{done.stdout[-500:]}")
    with open(work + "/used") as file:
        seconds, memory = file.read().split()
    return float(seconds), int(memory) / 1024


def alternate(jobs, pairs=PAIRS):
    """Runs each job in turn; a job is a function of the round that gives a command, or (command, options)."""
    results = [[] for _ in jobs]
    for number in range(pairs + 1):
        for place, job in enumerate(jobs):
            made = job(number)
            command, options = made if isinstance(made, tuple) else (made, {})
            used = once(command, **options)
            if number:
                results[place].append(used)
    return results


def cpu(runs):
    return statistics.median(seconds for seconds, _ in runs)


def memory(runs):
    return max(mebibytes for _, mebibytes in runs)


def ratios(ours, other):
    values = [a[0] / b[0] if b[0] else float("inf") for a, b in zip(ours, other)]
    return values


def digits(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 1 else f"{value:.3f}"


def shown(seconds):
    return digits(seconds * 1000) + " ms"


def row(job, ours, beside, ratio, goal):
    print(f"| {job} | {ours} | {beside} | {ratio} | {goal} |", flush=True)


def compare(job, ours, others, pairs=PAIRS):
    """One row for each other program: name, job, goal."""
    runs = alternate([ours] + [other for _, other, _ in others], pairs)
    mine = runs[0]
    if not others:
        row(job, f"{shown(cpu(mine))}, {memory(mine):.1f} MiB", "–", "–", "–")
    for (name, _, goal), its in zip(others, runs[1:]):
        values = ratios(mine, its)
        middle = statistics.median(values)
        factor = f"1/{digits(1 / middle)}" if middle < 1 else digits(middle)
        row(job, f"{shown(cpu(mine))}, {memory(mine):.1f} MiB", f"{name} {shown(cpu(its))}, {memory(its):.1f} MiB",
            f"{factor} ({digits(min(values))}–{digits(max(values))})", goal)
    return runs


def rates(job, ours, others, pairs=PAIRS):
    """Like compare, for programs that print how many they do per second of CPU."""
    results = [[] for _ in range(1 + len(others))]
    for _ in range(pairs):
        for place, command in enumerate([ours] + [other for _, other, _ in others]):
            done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
            if done.returncode != 0:
                raise SystemExit(f"{command[0]}: {done.stderr[-2000:]}")
            results[place].append(float(done.stdout.split()[-1]))
    for (name, _, goal), its in zip(others, results[1:]):
        values = [a / b for a, b in zip(results[0], its)]
        row(job, f"{digits(statistics.median(results[0]))} per CPU-s", f"{name} {digits(statistics.median(its))} per CPU-s",
            f"{digits(statistics.median(values))} times ({digits(min(values))}–{digits(max(values))})", goal)


def instructions(command, cwd=None):
    """Instructions of one run, where valgrind is there."""
    if not shutil.which("valgrind"):
        return None
    done = subprocess.run(["valgrind", "--tool=cachegrind", "--cache-sim=no", f"--cachegrind-out-file={work}/cachegrind", *command],
                          cwd=cwd, env={**environment, **home(cwd)}, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    found = re.search(r"I\s+refs:\s+([\d,]+)", done.stderr)
    return int(found.group(1).replace(",", "")) / 1e6 if found else None


def peer(environment_name, program):
    path = f"{peers}/{environment_name}/bin/{program}" if peers else ""
    return path if path and os.path.exists(path) else None


def part(name):
    return not ONLY or name in ONLY


def fixed(*command, **options):
    return lambda _: (list(command), options)


def workspace(name, *plugins):
    folder = f"{work}/{name}"
    os.makedirs(folder)
    os.makedirs(folder + ".home")
    once([patchbay, "init"], cwd=folder)
    for plugin in plugins:
        once([patchbay, "plugin", "install", f"{material}/catalogue/{plugin}", "--yes"], cwd=folder)
    return folder


# Start-up

if part("start"):
    llm = peer("v-llm", "llm")
    compare("`patchbay --version`", fixed(patchbay, "--version"),
            [("static C program", fixed(nothing), "≤ 15; ≤ 12 ms (goal 1)")]
            + ([("`llm --version`", fixed(llm, "--version"), "≤ 1/40; memory ≤ 1/2 (goal 1)")] if llm else []), 15)
    empty = workspace("plain")
    compare("`patchbay plugin list`, 20 plugins", fixed(patchbay, "plugin", "list", "--plugins", material + "/registry20", cwd=empty),
            [("static C program", fixed(nothing), "≤ 12 ms")]
            + ([("`llm plugins`", fixed(llm, "plugins"), "–")] if llm else []), 15)
    for words in (["--version"], ["plugin", "list", "--plugins", material + "/registry20"]):
        count = instructions([patchbay, *words], cwd=empty)
        if count:
            row(f"Instructions of `patchbay {' '.join(words[:2])}`", f"{digits(count)} million", f"static C program {digits(instructions([nothing]) or 0)} million", "–", "–")

# Lists

if part("lists"):
    llm = peer("v-llm", "llm")
    folders = {100: workspace("list-100", "list-100"), 1000: workspace("list-1000", "list-500a", "list-500b")}
    for count in (100, 1000):
        os.makedirs(f"{work}/llm{count}/templates")
        for place in range(count):
            with open(f"{work}/llm{count}/templates/t{place:04d}.yaml", "w") as file:
                file.write(f"system: You are helper number {place}\nprompt: 'Summarise this in {place} words: $input'\n")
    list_of = lambda count: fixed(patchbay, "template", "list", cwd=folders[count])
    compare("`patchbay template list`, 1,000 templates", list_of(1000),
            [("100 templates", list_of(100), "≤ 2 (goal 2)")]
            + ([("`llm templates list`, 1,000", fixed(llm, "templates", "list", env={"LLM_USER_PATH": work + "/llm1000"}), "–")] if llm else []))
    if llm:
        compare("`patchbay template list`, 100 templates", list_of(100),
                [("`llm templates list`, 100", fixed(llm, "templates", "list", env={"LLM_USER_PATH": work + "/llm100"}), "≤ 1/30 (goal 2)")])

# Installing templates

if part("install"):
    python = peer("v-main", "python")
    places = [workspace(f"ten-{number}", "ten-files") for number in range(PAIRS + 1)]
    os.makedirs(work + "/out")
    others = [("`cp -r` of the 10 files", lambda number: ["cp", "-r", material + "/catalogue/ten-files/templates/t0000/dialogs", f"{work}/out/cp-{number}"], "≤ 8 (goal 3)")]
    if python:
        others += [
            ("cookiecutter", lambda number: [peer("v-main", "cookiecutter"), "--no-input", "-o", f"{work}/out/cc-{number}", material + "/cookiecutter/t000"], "≤ 1/20; memory ≤ 0.8 (goal 3)"),
            ("copier", lambda number: [peer("v-main", "copier"), "copy", "--defaults", "-q", material + "/copier/t000", f"{work}/out/copier-{number}"], "≤ 1/30 (goal 3)"),
        ]
    compare("`patchbay template install`, 10 files", lambda number: ([patchbay, "template", "install", "ten-files/t0000"], {"cwd": places[number]}), others)

if part("hundred"):
    python = peer("v-main", "python")
    places = [workspace(f"hundred-{number}", "hundred") for number in range(PAIRS + 1)]
    os.makedirs(work + "/out100")
    durable = """
import os, sys
source, target = sys.argv[1:]
for folder, _, files in os.walk(source):
    for base in ("", ".base"):
        place = target + base + folder[len(source):]
        os.makedirs(place, exist_ok=True)
        for name in files:
            with open(folder + "/" + name, "rb") as file: text = file.read()
            with open(place + "/." + name, "wb") as file:
                file.write(text); file.flush(); os.fsync(file.fileno())
            os.rename(place + "/." + name, place + "/" + name)
        handle = os.open(place, os.O_RDONLY); os.fsync(handle); os.close(handle)
"""
    others = [("durable writes (Python)", lambda number: [sys.executable, "-c", durable, material + "/catalogue/hundred/templates", f"{work}/out100/d-{number}"], "≤ 4 (goal 4)")]
    if python:
        cookie = "import sys;from cookiecutter.main import cookiecutter as c\nfor k in range(100): c(f'{sys.argv[1]}/t{k:03d}',no_input=True,output_dir=sys.argv[2])"
        copier = "import copier,sys\nfor k in range(100): copier.run_copy(f'{sys.argv[1]}/t{k:03d}',sys.argv[2]+f'/t{k:03d}',defaults=True,quiet=True)"
        others += [
            ("cookiecutter API", lambda number: [python, "-c", cookie, material + "/cookiecutter", f"{work}/out100/cc-{number}"], "≤ 1/25 (goal 4)"),
            ("copier API", lambda number: [python, "-c", copier, material + "/copier", f"{work}/out100/copier-{number}"], "≤ 1/80 (goal 4)"),
        ]
    compare("100 templates of 10 files in one process", lambda number: ([patchbay, "template", "install", "--all", "hundred"], {"cwd": places[number]}), others)

# The catalogue


def cold(number):
    os.makedirs(f"{work}/cold-{number}", exist_ok=True)
    return f"{work}/cold-{number}"


if part("registry"):
    python = peer("v-main", "python")
    plain = workspace("registry")
    scan = "import os,sys\nfor e in os.scandir(sys.argv[1]): os.stat(e.path+'/plugin.json')"
    listing = [patchbay, "plugin", "list", "--plugins", material + "/registry"]
    once(listing, cwd=plain)
    compare("`patchbay plugin list`, 1,000 plugins, indexed", fixed(*listing, cwd=plain),
            [("`--version`", fixed(patchbay, "--version"), "< 30 ms (goal 5)")])
    if python:
        check = """
import fastjsonschema, json, os, sys
text = {"type": "string"}
check = fastjsonschema.compile({"type": "object", "required": ["formatVersion", "id", "name", "version", "operations"], "properties": {
  "id": {"type": "string", "pattern": "^[a-z0-9-]+$"}, "version": {"type": "string", "pattern": "^[0-9]+\\\\.[0-9]+\\\\.[0-9]+$"},
  "authorization": {"type": "array", "items": {"type": "object", "required": ["id", "type"], "properties": {"fields": {"type": "array", "items": {"type": "object", "required": ["key"], "properties": {"key": text}}}}}},
  "operations": {"type": "object", "additionalProperties": {"type": "object", "required": ["method", "path"], "properties": {"method": {"enum": ["GET", "POST", "PUT", "PATCH", "DELETE"]}, "path": {"type": "string", "pattern": "^/"}}}}}})
for name in os.listdir(sys.argv[1]):
    with open(f"{sys.argv[1]}/{name}/plugin.json", "rb") as file: check(json.load(file))
"""
        compare("`patchbay plugin list`, 1,000 plugins, no index", lambda number: (listing, {"cwd": plain, "env": {"PATCHBAY_HOME": cold(number)}}),
                [("json + fastjsonschema", fixed(python, "-c", check, material + "/registry"), "≤ 1/2; memory ≤ 1 (goal 5)")])
    else:
        compare("`patchbay plugin list`, 1,000 plugins, no index", lambda number: (listing, {"cwd": plain, "env": {"PATCHBAY_HOME": cold(number)}}), [])

# Export

if part("export"):
    folder = workspace("export")
    shutil.copytree(material + "/export/dialogs", folder + "/dialogs", dirs_exist_ok=True)
    os.makedirs(work + "/zips")
    zipped = "import zipfile,os,sys\nwith zipfile.ZipFile(sys.argv[1],'w',8,compresslevel=6) as o:\n for r,_,fs in os.walk('dialogs'):\n  for f in fs:o.write(os.path.join(r,f))"
    others = [("python zipfile", lambda number: ([sys.executable, "-c", zipped, f"{work}/zips/py-{number}.zip"], {"cwd": folder}), "≤ 1/3 (goal 6)")]
    if shutil.which("zip"):
        others.append(("`zip -r -6`", lambda number: (["zip", "-q", "-r", "-6", f"{work}/zips/zip-{number}.zip", "dialogs"], {"cwd": folder}), "≤ 1.2 (goal 6)"))
    compare("`patchbay workspace export --compress`, 1,000 files",
            lambda number: ([patchbay, "workspace", "export", "--compress", "--output", f"{work}/zips/our-{number}.zip"], {"cwd": folder}), others)
    sizes = [os.path.getsize(f"{work}/zips/{name}-1.zip") for name in ("our", "zip" if shutil.which("zip") else "py")]
    row("Size of that export", f"{sizes[0]:,} bytes", f"zip {sizes[1]:,} bytes", digits(sizes[0] / sizes[1]), "≤ 1.01, and the same bytes")

# Memory


def drained(terminal, quiet=2):
    """What is shown until nothing has come for a while."""
    shown_text = b""
    while select.select([terminal], [], [], quiet)[0]:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        shown_text += piece
    return shown_text.decode(errors="replace")


def resident(process):
    """Resident MiB and, of these, what is the process's own (the rest are pages of files, shared with every other process)."""
    with open(f"/proc/{process}/status") as file:
        facts = dict(line.split(":", 1) for line in file)
    return tuple(int(facts[name].split()[0]) / 1024 for name in ("VmRSS", "RssAnon"))


if part("memory"):
    folder = workspace("memory")
    for words in (["plugin", "install", "openai", "--yes"], ["integration", "enable", "openai", "--sandbox"], ["template", "install", "openai/chat-assistant"]):
        once([patchbay, *words], cwd=folder)
    rests = []
    for _ in range(PAIRS):
        process, terminal = pty.fork()
        if process == 0:
            os.chdir(folder)
            os.execve(patchbay, [patchbay, "chat", "--dialog", "chat-assistant"], {**environment, **home(folder), "TERM": "xterm"})
        drained(terminal)
        before = resident(process)
        os.write(terminal, b"hello\r")
        if "Hello" not in drained(terminal):
            raise SystemExit("memory: the chat did not answer")
        rests.append((before, resident(process)))
        os.kill(process, signal.SIGTERM)
        os.waitpid(process, 0)
        os.close(terminal)
    for place, when in enumerate(("before the first message", "after a turn with the sandbox")):
        total, own = (statistics.median(rest[place][which] for rest in rests) for which in (0, 1))
        row(f"Idle `patchbay chat`, {when}", f"{total:.1f} MiB resident, {own:.1f} of its own", "–", "–", "< 40 MiB without the script worker")

# The explorer


def used(process):
    """CPU seconds of all threads of a process so far, to the nanosecond."""
    total = 0
    for task in os.listdir(f"/proc/{process}/task"):
        with open(f"/proc/{process}/task/{task}/schedstat") as file:
            total += int(file.read().split()[0])
    return total / 1e9


def until(terminal, text):
    """What is shown up to a text."""
    shown_text = b""
    while text not in shown_text:
        if not select.select([terminal], [], [], 60)[0]:
            raise SystemExit(f"explorer: no {text} in {shown_text[-2000:]}")
        shown_text += os.read(terminal, 65536)
    return shown_text


def explore(folder, keys):
    """CPU seconds until the first screen stands, and for each of some keys until what it changes is shown."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.execve(patchbay, [patchbay, "explore"], {**environment, **home(folder), "TERM": "xterm", "PATCHBAY_PLUGINS": work + "/none"})
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
    until(terminal, b"quit")
    drained(terminal, 0.3)
    first = used(process)
    spent = []
    for key in keys:
        before = used(process)
        os.write(terminal, key)
        drained(terminal, 0.05)
        spent.append(used(process) - before)
    os.kill(process, signal.SIGTERM)
    drained(terminal, 0.05)
    os.waitpid(process, 0)
    os.close(terminal)
    return first, spent


if part("explorer"):
    folder = workspace("explorer")
    os.makedirs(work + "/none")
    shutil.copytree(material + "/explorer/plugins", folder + ".home/plugins")
    cold_first, _ = explore(folder, [])
    keys = [b"\t"] + [b"\x1b[B"] * 20 + [b"\x1b[6~"] * 5 + [b"/"] + [bytes([letter]) for letter in b"ticket report"] + [b"\x7f"] * 5
    runs = [explore(folder, keys) for _ in range(PAIRS)]
    firsts = [first for first, _ in runs]
    strokes = [one for _, spent in runs for one in spent]
    row("Explorer, first screen, 1,000 plugins and 5,000 templates", shown(statistics.median(firsts)), f"without an index {shown(cold_first)}",
        f"{digits(min(firsts) * 1000)}–{digits(max(firsts) * 1000)} ms", "< 50 ms CPU")
    row("Explorer, one key, 160×50", shown(statistics.median(strokes)), f"the slowest of {len(strokes)} {shown(max(strokes))}", "–", "< 10 ms CPU")

# Rates beside other engines

if part("dialog") and peer("v-bot", "python"):
    # Durable: the library has no storage for SQLite, so it gets the plainest, one commit for each turn.
    bot = """
import asyncio, jsonpickle, os, sqlite3, sys, tempfile, time
from botbuilder.core import ConversationState, MemoryStorage, MessageFactory, Storage, TurnContext
from botbuilder.core.adapters import TestAdapter
from botbuilder.dialogs import DialogSet, DialogTurnStatus, WaterfallDialog, TextPrompt
from botbuilder.dialogs.prompts import PromptOptions
from botbuilder.schema import Activity, ChannelAccount, ConversationAccount
class Saved(Storage):
    def __init__(self, file):
        self.database = sqlite3.connect(file, isolation_level=None)
        self.database.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT)")
    async def read(self, keys):
        rows = (self.database.execute("SELECT value FROM state WHERE key = ?", (key,)).fetchone() for key in keys)
        return {key: jsonpickle.decode(row[0]) for key, row in zip(keys, rows) if row}
    async def write(self, changes):
        self.database.execute("BEGIN IMMEDIATE")
        for key, value in changes.items():
            self.database.execute("INSERT INTO state VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, jsonpickle.encode(value)))
        self.database.execute("COMMIT")
    async def delete(self, keys): self.database.executemany("DELETE FROM state WHERE key = ?", [(key,) for key in keys])
flight = int(sys.argv[2]); folder = tempfile.TemporaryDirectory()
state = ConversationState(Saved(folder.name + "/state.sqlite") if sys.argv[1] == "saved" else MemoryStorage()); dialogs = DialogSet(state.create_property("dialog"))
async def first(step): return await step.prompt("t", PromptOptions(prompt=MessageFactory.text("What is your name?")))
async def second(step):
    step.values["n"] = step.result
    return await step.prompt("t", PromptOptions(prompt=MessageFactory.text("Which skill?")))
async def third(step):
    await step.context.send_activity(MessageFactory.text(f"Hello {step.values['n']}, you know {step.result}."))
    return await step.end_dialog()
dialogs.add(TextPrompt("t")); dialogs.add(WaterfallDialog("w", [first, second, third]))
async def logic(turn):
    context = await dialogs.create_context(turn)
    if (await context.continue_dialog()).status == DialogTurnStatus.Empty: await context.begin_dialog("w")
    await state.save_changes(turn)
class Adapter(TestAdapter):
    async def send_activities(self, context, activities): self.activity_buffer.clear(); return [None] * len(activities)
adapter = Adapter(logic)
def said(text, place): return Activity(type="message", text=text, channel_id="test", service_url="https://x", conversation=ConversationAccount(id=f"c{place}"), from_property=ChannelAccount(id="u"), recipient=ChannelAccount(id="bot"), id="1")
async def turns(count, place):
    for _ in range(count):
        for text in ("hi", "Ann", "swift"): await adapter.run_pipeline(TurnContext(adapter, said(text, place)), logic)
async def talk(count): await asyncio.gather(*(turns(count // flight, place) for place in range(flight)))
async def main():
    await talk(48); start = time.process_time(); await talk(304); print(912 / (time.process_time() - start))
asyncio.run(main())
"""
    bot = [peer("v-bot", "python"), "-c", bot]
    rates("Dialog turns, memory storage", [benchmarks, "rate", "dialog"], [("botbuilder", bot + ["memory", "1"], "≥ 30 times (goal 7)")])
    for flight, goal in ((1, "≥ 5 times (goal 7)"), (8, "≥ 10 times (goal 7)")):
        rates(f"Dialog turns, saved with SQLite FULL, {flight} in flight", [benchmarks, "rate", "store", str(flight)],
              [("botbuilder with a bare SQLite storage", bot + ["saved", str(flight)], goal)])

if part("service") and peer("v-main", "python"):
    server = subprocess.Popen([benchmarks, "mock"], stdout=subprocess.PIPE, text=True)
    port = server.stdout.readline().strip()
    url = f"http://127.0.0.1:{port}/v1"
    python = peer("v-main", "python")
    loop = "import time\n{setup}\nfor _ in range(20): one()\nstart = time.process_time()\nfor _ in range({count}): one()\nprint({count} / (time.process_time() - start))"
    openai = loop.format(setup=f"import openai\nc = openai.OpenAI(base_url='{url}', api_key='sk')\ndef one(): c.chat.completions.create(model='mock', messages=[dict(role='user', content='hi')])", count=400)
    raw = loop.format(setup=f"import json, socket\nb = json.dumps(dict(model='mock', messages=[dict(role='user', content='hi')])).encode()\ns = socket.create_connection(('127.0.0.1', {port}))\ns.setsockopt(6, 1, 1)\nr = b'POST /v1/chat/completions HTTP/1.1\\r\\nHost: x\\r\\nContent-Type: application/json\\r\\nContent-Length: %d\\r\\n\\r\\n' % len(b) + b\ndef one(): s.sendall(r); s.recv(65536)", count=10000)
    aio = f"""
import aiohttp, asyncio, time
async def main():
    async with aiohttp.ClientSession() as session:
        async def one():
            async with session.post('{url}/chat/completions', json=dict(model='mock', messages=[dict(role='user', content='hi')])) as r: return await r.json()
        for _ in range(50): await one()
        start = time.process_time()
        for _ in range(2000): await one()
        print(2000 / (time.process_time() - start))
asyncio.run(main())
"""
    rates("Service node, one at a time", [benchmarks, "rate", "service", port, "1"],
          [("openai SDK", [python, "-c", openai], "≥ 15 times (goal 8)"), ("aiohttp", [python, "-c", aio], "≥ 2 times (goal 8)"), ("raw socket from Python", [python, "-c", raw], "≥ 1/12 (goal 8)")])
    folder = workspace("service")
    once([patchbay, "plugin", "install", "openai", "--yes"], cwd=folder)
    subprocess.run([patchbay, "integration", "enable", "openai", "--base-url", url, "--allow", f"127.0.0.1:{port}", "--no-check", "--stdin", "--yes"],
                   input='{"apiKey": "sk-none"}', cwd=folder, env={**environment, **home(folder)}, check=True, capture_output=True, text=True)
    os.makedirs(folder + "/dialogs/ask", exist_ok=True)
    with open(folder + "/dialogs/ask/dialog.json", "w") as file:
        json.dump({"formatVersion": 1, "language": "en", "id": "ask", "name": "Ask", "start": "call", "nodes": [
            {"id": "call", "kind": "service", "integration": "openai", "operation": "create-chat-completion",
             "input": {"model": "mock", "messages": [{"role": "user", "content": "hi"}]}, "next": "say"},
            {"id": "say", "kind": "message", "messages": [{"id": "m", "text": "{{context.call.values.text}}"}], "next": "end"}]}, file)
    open(work + "/none", "w").close()
    answer = subprocess.run([patchbay, "chat", "--dialog", "ask", "--ephemeral", "--input", work + "/none", "--json"], cwd=folder, env={**environment, **home(folder)}, capture_output=True, text=True)
    if "Hello from the mock" in answer.stdout:
        single = f"import openai;print(openai.OpenAI(base_url='{url}',api_key='k').chat.completions.create(model='m',messages=[{{'role':'user','content':'hi'}}]).id)"
        compare("One call, whole process (`patchbay chat`)", fixed(patchbay, "chat", "--dialog", "ask", "--ephemeral", "--input", work + "/none", "--json", cwd=folder),
                [("one openai SDK call", fixed(python, "-c", single), "≤ 1/40 (goal 8)")])
    else:
        print(f"service: the chat did not answer: {answer.stdout}{answer.stderr}", file=sys.stderr)
    server.terminate()
    server.wait()

if part("script") and peer("v-main", "python"):
    script = """
import json, time, quickjs
text = json.dumps({"session": {"id": "s1"}, "entities": {"name": "Ann", "skills": ["swift", "sql", "js"], "years": 7}, "service": {"body": {"choices": [{"message": {"content": "- Swift\\n- SQL\\n- JavaScript"}}]}}})
source = '''var c=JSON.parse(CTX); var l=c.service.body.choices[0].message.content.split("\\\\n").map(function(x){return x.replace(/^- /,"").toLowerCase()});
c.skills=l.filter(function(x){return c.entities.skills.indexOf(x)<0}); c.msg="Hello "+c.entities.name+", "+l.length+" skills in "+c.entities.years+" years"; JSON.stringify(c)'''
def one():
    context = quickjs.Context(); context.set("CTX", text); return json.loads(context.eval(source))["skills"]
assert one() == ["javascript"]
start = time.process_time()
for _ in range(2000): one()
print(2000 / (time.process_time() - start))
"""
    rates("Script node, fresh realm", [benchmarks, "rate", "script", patchbay], [("quickjs, new context", [peer("v-main", "python"), "-c", script], "≥ 0.6 times (goal 9)")])

shutil.rmtree(work, ignore_errors=True)
