"""Crashes commands of the program at every system call: crash_loop.py PROGRAM [EVERY [COMMAND...]].

For each command a place is prepared once: a home and a workspace. Each trial copies it, runs the command with one call killed or
failing, and then looks: what people's files hold must be what they held before or what the whole command makes of them, the next
command must work, and the command said again must come to its end.
"""

import hashlib
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

PROGRAM = os.path.abspath(sys.argv[1])
EVERY = int(sys.argv[2]) if len(sys.argv) > 2 else 1
CALLS = "openat,openat2,write,pwrite64,mkdirat,mkdir,renameat2,renameat,rename,unlinkat,unlink,fsync,fdatasync,syncfs,ftruncate,fchmod,fcntl,linkat"
FAULTS = {"kill": "signal=KILL", "EIO": "error=EIO", "ENOSPC": "error=ENOSPC"}
# What may differ between two ways to one state: indexes and caches, times in the history, journals that the next command clears.
VOLATILE = re.compile(r"(^|/)(index|journal|lock|history|\.streams.*)(/|$)|/workspaces/[^/]*/workspace\.json$|/local/id$")


def run(place, *arguments, strace=None, check=True, stdin=None):
    command = [PROGRAM, *arguments]
    if strace is not None:
        command = ["strace", "-f", "-o", str(place / "trace"), "-e", f"trace={CALLS}", *strace, *command]
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(place), "PATCHBAY_HOME": str(place / "home"), "LANG": "C.UTF-8",
        "SWIFT_BACKTRACE": "enable=no",
    }
    if "PATCHBAY_PLUGINS" in os.environ:
        environment["PATCHBAY_PLUGINS"] = os.environ["PATCHBAY_PLUGINS"]
    done = subprocess.run(
        command, cwd=place / "ws", env=environment, input=stdin or b"", capture_output=True, timeout=120, check=False
    )
    if check and done.returncode != 0:
        raise SystemExit(f"{' '.join(arguments)}: exit {done.returncode}\n{done.stderr.decode()}{done.stdout.decode()}")
    return done


def state(place):
    """The hashes of all files that people care for."""
    found = {}
    for root in ("home", "ws"):
        for file in sorted((place / root).rglob("*")):
            name = str(file.relative_to(place))
            if file.is_symlink() or not file.is_file() or VOLATILE.search(name):
                continue
            found[name] = hashlib.sha256(file.read_bytes()).hexdigest()
    return found


def newer_plugin(folder, version, text):
    """A made-up plugin, in a version with its own words."""
    template = folder / "templates" / "greet"
    (template / "dialogs" / "greet").mkdir(parents=True, exist_ok=True)
    manifest = {
        "formatVersion": 1, "language": "en", "id": "tide", "name": "Tide", "version": version, "summary": "Tides.",
        "hosts": [{"scheme": "https", "host": "tide.example"}], "baseURL": {"url": "https://tide.example", "change": "fixed"},
        "authorization": [{"id": "none", "type": "none"}], "templates": ["greet"],
        "operations": {"find": {
            "title": "Find", "source": "https://tide.example/docs", "method": "GET", "path": "/tides",
            "response": {"schema": {"type": "object"}}}},
    }
    nodes = [
        {"id": "begin", "kind": "intent", "utterances": {"en": ["greet"]}, "next": "call"},
        {"id": "call", "kind": "service", "integration": "tide", "operation": "find", "input": {}, "next": "say"},
        {"id": "say", "kind": "message", "messages": [{"id": "m", "text": text}], "next": "end"},
    ]
    dialog = {"formatVersion": 1, "language": "en", "id": "greet", "name": "Greet", "start": "begin", "nodes": nodes}
    files = {
        folder / "plugin.json": manifest,
        template / "template.json": {
            "formatVersion": 1, "language": "en", "id": "greet", "title": "Greet", "summary": "Greets.", "operations": ["tide/find"]},
        template / "dialogs" / "greet" / "dialog.json": dialog,
    }
    for path, value in files.items():
        path.write_text(json.dumps(value, indent=2) + "\n")


def prepared(base):
    """A home with two versions of a plugin beside it, and a workspace."""
    (base / "ws").mkdir(parents=True)
    newer_plugin(base / "tide-1", "1.0.0", "Hello.")
    newer_plugin(base / "tide-2", "1.1.0", "Hello again.")
    run(base, "init")
    return base


def edit(place):
    file = place / "ws" / "dialogs" / "greet" / "dialog.json"
    file.write_text(file.read_text().replace('"greet"\n', '"greet",\n          "hi there"\n', 1))


def steps(*commands):
    def prepare(place):
        for command in commands:
            command(place) if callable(command) else run(place, *command)
    return prepare


INSTALL = ("plugin", "install", "../tide-1", "--yes")
NEWER = ("plugin", "install", "../tide-2", "--yes")
TEMPLATE = ("template", "install", "tide/greet", "--yes")


def exported(place):
    run(place, "workspace", "export", "--with-plugins", "--output", "../all.zip")
    shutil.rmtree(place / "ws")
    shutil.rmtree(place / "home")
    (place / "ws").mkdir()


COMMANDS = {
    "plugin-install": (steps(), INSTALL),
    "template-install": (steps(INSTALL), TEMPLATE),
    "plugin-update": (steps(INSTALL, TEMPLATE), NEWER),
    "upgrade": (steps(INSTALL, TEMPLATE, edit, NEWER), ("template", "upgrade", "--all", "--yes")),
    "undo": (steps(INSTALL, TEMPLATE), ("workspace", "undo", "--yes")),
    "import": (steps(INSTALL, TEMPLATE, exported), ("workspace", "import", "../all.zip", "--into", ".", "--yes")),
}


def look(name, trial, before, after, what):
    """The place after a trial: readable, old or new, and the command comes to its end when it is said again."""
    arguments = COMMANDS[name][1]
    if (trial / "ws" / "patchbay.json").exists():
        run(trial, "workspace", "status", "--json")
    run(trial, "plugin", "list", "--json")
    now = state(trial)
    home = {k: v for k, v in now.items() if k.startswith("home/")}
    workspace = {k: v for k, v in now.items() if k.startswith("ws/")}

    def part(whole, root):
        return {k: v for k, v in whole.items() if k.startswith(root)}

    # A command that changes both applies the home first, then the workspace.
    for found, root in ((home, "home/"), (workspace, "ws/")):
        if found not in (part(before, root), part(after, root)):
            odd = {k for k in found.keys() | after.keys() if k.startswith(root) and found.get(k) != after.get(k)}
            raise SystemExit(f"{name}, {what}: neither the old state nor the new one; differs from the new: {sorted(odd)[:8]}")
    if now != after:
        again = run(trial, *arguments, check=False)
        # What is there already may be said to be there.
        if again.returncode != 0 and state(trial) != after:
            raise SystemExit(f"{name}, {what}: said again it fails: {again.stderr.decode()}")


def trials(name, base):
    prepare, arguments = COMMANDS[name]
    place = prepared(base / name)
    prepare(place)
    before = state(place)
    whole = base / (name + "-whole")
    shutil.copytree(place, whole, symlinks=True)
    run(whole, *arguments, strace=[])
    after = state(whole)
    calls = sum(1 for line in (whole / "trace").read_text().splitlines() if "(" in line and "resumed" not in line)
    if before == after:
        raise SystemExit(f"{name}: the command changes nothing")
    count = 0
    for fault, action in FAULTS.items():
        for number in range(1, calls + 1, EVERY):
            trial = base / "trial"
            shutil.copytree(place, trial, symlinks=True)
            run(trial, *arguments, strace=["-e", f"inject={CALLS}:{action}:when={number}"], check=False)
            look(name, trial, before, after, f"{fault} at call {number} of {calls}")
            shutil.rmtree(trial)
            count += 1
    for number in range(max(1, 200 // EVERY)):
        trial = base / "trial"
        shutil.copytree(place, trial, symlinks=True)
        environment = {"PATH": os.environ["PATH"], "HOME": str(trial), "PATCHBAY_HOME": str(trial / "home")}
        child = subprocess.Popen(
            [PROGRAM, *arguments], cwd=trial / "ws", env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        time.sleep(random.uniform(0, 0.06))
        child.kill()
        child.wait()
        look(name, trial, before, after, f"killed at random, number {number}")
        shutil.rmtree(trial)
        count += 1
    return calls, count


def crowd(base):
    """Twenty processes at once: each does its work or says who is at it."""
    place = prepared(base / "crowd")
    run(place, *INSTALL)
    environment = {"PATH": os.environ["PATH"], "HOME": str(place), "PATCHBAY_HOME": str(place / "home")}
    children = [
        subprocess.Popen(
            [PROGRAM, "template", "install", "tide/greet", "--as", f"greet-{number}", "--yes"], cwd=place / "ws",
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for number in range(20)
    ]
    done = 0
    for child in children:
        _, errors = child.communicate(timeout=300)
        if child.returncode == 0:
            done += 1
        elif b"another" not in errors and b"changed" not in errors and b"meanwhile" not in errors:
            raise SystemExit(f"crowd: {errors.decode()}")
    status = json.loads(run(place, "template", "status", "--json").stdout)
    if len(status["templates"]) != done:
        raise SystemExit(f"crowd: {done} commands succeeded, and {len(status['templates'])} templates are there")
    return done


def main():
    names = sys.argv[3:] or list(COMMANDS)
    with tempfile.TemporaryDirectory(prefix="patchbay-crash-") as folder:
        base = pathlib.Path(folder)
        for name in names:
            calls, count = trials(name, base)
            print(f"{name}: {count} trials over {calls} calls, each the old state or the new one", flush=True)
        print(f"twenty at once: {crowd(base)} did their work, the others said why not", flush=True)


main()
