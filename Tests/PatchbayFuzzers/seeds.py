"""What the fuzzers start from: seeds.py FUZZER FOLDER, made of the project's own files."""

import gzip
import io
import json
import pathlib
import re
import sys
import tarfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def manifests():
    yield from (path.read_bytes() for path in sorted(ROOT.glob("Plugins/*/plugin.json")))


def templates():
    for path in sorted(ROOT.glob("Templates/*/*/template.json")):
        for dialog in sorted(path.parent.glob("dialogs/*/dialog.json")):
            yield path.read_bytes() + b"\0" + dialog.read_bytes()


def dialogs():
    yield from (path.read_bytes() for path in sorted(ROOT.glob("Templates/*/*/dialogs/*/dialog.json")))
    for path in sorted(ROOT.glob("Tests/PatchbayModelTests/Fixtures/corpus/*/dialog/*")):
        yield path.read_bytes()


def archives():
    files = {"plugin.json": b"{}", "templates/a/template.json": b'{"id": "a"}' * 20, "icon.svg": b"<svg/>"}
    for kind in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", kind) as archive:
            for name, data in files.items():
                archive.writestr(zipfile.ZipInfo(name), data, kind)
        yield out.getvalue()
    for form in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=form) as archive:
            for name, data in files.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
        yield gzip.compress(out.getvalue(), mtime=0)


def merges():
    for step in range(1, 12):
        edits = bytes((step * k * 37 + k) % 251 for k in range(1, 40))
        yield edits[:20] + b"\xff" + edits[20:]


def expressions():
    found = set()
    for path in sorted(ROOT.glob("Templates/**/*.json")) + sorted(ROOT.glob("docs/*.md")):
        found.update(re.findall(r"\{\{(.{1,80}?)\}\}", path.read_text()))
    yield from (text.encode() for text in sorted(found))
    yield from (("{{" + text + "}}").encode() for text in sorted(found)[:10])
    yield from (b"[a-z]+@[a-z]{2,5}|x*abc@example", b"^(a|b)*c$aabbc", json.dumps(
        {"all": [{"value": "context.skills", "operator": "exists"}, {"not": {"value": "env.key", "operator": "equals", "to": "x"}}]}
    ).encode())


SEEDS = {
    "manifest": manifests, "template": templates, "dialog": dialogs, "archive": archives, "merge": merges, "expression": expressions,
}
folder = pathlib.Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
for number, seed in enumerate(SEEDS[sys.argv[1]]()):
    (folder / str(number)).write_bytes(seed)
