"""Makes what the benchmarks work on, the same bytes every time: usage material.py FOLDER."""
import json
import os
import random
import sys

WORDS = ("list create order ticket customer candidate invoice note fetch update skill report message account").split()


def write(path, value):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(value if isinstance(value, str) else json.dumps(value, indent=2) + "\n")


def manifest(identifier, seed, operations=4):
    chance = random.Random(seed)
    words = lambda count: " ".join(chance.choice(WORDS) for _ in range(count))

    def operation(number):
        return {
            "title": words(3).capitalize(), "summary": words(8).capitalize(),
            "method": chance.choice(("POST", "PUT", "PATCH")), "path": f"/v1/{words(1)}s/{{id}}",
            "inputs": {
                "id": {"title": words(2), "schema": {"type": "string", "minLength": 1, "maxLength": 200}, "required": True, "in": "path"},
                "limit": {"title": words(2), "schema": {"type": "integer", "minimum": 1, "maximum": 100}, "in": "query"},
                "name": {"title": words(2), "schema": {"type": "string", "maxLength": 200}},
                "amount": {"title": words(2), "schema": {"type": "number", "minimum": 0}},
            },
            "body": {"encoding": "json"},
            "response": {"values": {"id": "/data/id"}},
            "timeout": f"{chance.randrange(1, 30)}s",
        }

    return {
        "formatVersion": 1, "language": "en", "id": identifier, "name": f"Plugin {words(2).title()} {seed}",
        "version": f"{chance.randrange(5)}.{chance.randrange(20)}.{chance.randrange(30)}", "patchbay": ">=0.1.0 <2.0.0",
        "summary": words(9).capitalize(), "publisher": {"name": words(2).title()}, "license": "Apache-2.0",
        "categories": ["crm"], "hosts": [{"scheme": "https", "host": f"api.{identifier}.example.com"}],
        "baseURL": {"url": f"https://api.{identifier}.example.com"},
        "authorization": [{
            "id": "token", "type": "bearer", "title": "Token", "modes": ["preAuthorized"],
            "fields": [{"key": "token", "title": words(2), "kind": "password", "required": True}],
            "send": [{"in": "header", "name": "Authorization", "value": ["Bearer ", {"field": "token"}]}],
        }],
        "operations": {f"operation-{number}": operation(number) for number in range(operations)},
    }


def dialog(identifier, number=0):
    return {
        "formatVersion": 1, "language": "en", "id": identifier, "name": f"Dialog {number}", "start": "value",
        "nodes": [
            {"id": "value", "kind": "entity", "type": "string", "prompts": [{"id": "ask", "text": f"Please enter value number {number * 7919 % 1000}"}], "next": "answer"},
            {"id": "answer", "kind": "message", "messages": [{"id": "say", "text": "You said {{context.entities.value}}."}], "next": "end"},
        ],
    }


def templates(folder, identifier, count, dialogs):
    plugin = manifest(identifier, 1)
    plugin["templates"] = [f"t{place:04d}" for place in range(count)]
    write(f"{folder}/{identifier}/plugin.json", plugin)
    for place in range(count):
        name = f"t{place:04d}"
        base = f"{folder}/{identifier}/templates/{name}"
        write(f"{base}/template.json", {"formatVersion": 1, "language": "en", "id": name, "title": f"Template {place}", "summary": f"Summarises in {place} words.", "categories": ["answers"]})
        for number in range(dialogs):
            key = name if dialogs == 1 else f"{name}-d{number}"
            write(f"{base}/dialogs/{key}/dialog.json", dialog(key, number))


def make(folder):
    for name, count in (("registry", 1000), ("registry20", 20)):
        for place in range(count):
            identifier = f"plugin-{place:04d}"
            text = json.dumps(manifest(identifier, place), separators=(",", ":"))
            write(f"{folder}/{name}/{identifier}/plugin.json", text)
    # Two plugins make a thousand: one may not have more than 2,000 files.
    for name, count in (("list-100", 100), ("list-500a", 500), ("list-500b", 500)):
        templates(f"{folder}/catalogue", name, count, 1)
    templates(f"{folder}/catalogue", "ten-files", 1, 10)
    templates(f"{folder}/catalogue", "hundred", 100, 10)
    for place in range(1000):
        write(f"{folder}/export/dialogs/node-{place:04d}/dialog.json", dialog(f"node-{place:04d}", place))
    # Peers take the same ten files with placeholders of their own.
    for place in range(100):
        name = f"t{place:03d}"
        cookie = f"{folder}/cookiecutter/{name}"
        copier = f"{folder}/copier/{name}"
        write(f"{cookie}/cookiecutter.json", {"task": f"Task {place}", "slug": f"task-{place:03d}", "entity": "resume"})
        write(f"{copier}/copier.yml", f"task:\n  type: str\n  default: Task {place}\nentity:\n  type: str\n  default: resume\n")
        for number in range(10):
            text = json.dumps(dialog(f"{name}-d{number}", number), indent=2).replace("{{context.entities.value}}", "it") + "\n"
            write(f"{cookie}/{{{{cookiecutter.slug}}}}/node-{number}.json", text.replace(f"Dialog {number}", "{{ cookiecutter.task }} {{ cookiecutter.entity }}"))
            write(f"{copier}/node-{number}.json.jinja", text.replace(f"Dialog {number}", "{{ task }} {{ entity }}"))
    write(f"{folder}/done", "1")


def explorer(folder):
    """A thousand plugins as a home holds them, with five templates each."""
    for place in range(1000):
        identifier = f"plugin-{place:04d}"
        plugin = manifest(identifier, place)
        plugin["templates"] = [f"t{place:04d}-{number}" for number in range(5)]
        base = f"{folder}/explorer/plugins/{identifier}/{plugin['version']}-{place:012x}"
        write(f"{base}/plugin.json", plugin)
        chance = random.Random(place)
        for name in plugin["templates"]:
            words = lambda count: " ".join(chance.choice(WORDS) for _ in range(count))
            write(f"{base}/templates/{name}/template.json", {
                "formatVersion": 1, "language": "en", "id": name, "title": {"en": words(4).capitalize(), "de": words(4).capitalize()},
                "summary": words(12).capitalize(), "categories": [chance.choice(WORDS), chance.choice(WORDS)],
                "parameters": {"tone": {"title": "Tone", "schema": {"type": "string"}, "default": "friendly"}}})
            write(f"{base}/templates/{name}/dialogs/{name}/dialog.json", dialog(name, place))
    write(f"{folder}/explorer-done", "1")


if __name__ == "__main__":
    if not os.path.exists(sys.argv[1] + "/done"):
        make(sys.argv[1])
    if not os.path.exists(sys.argv[1] + "/explorer-done"):
        explorer(sys.argv[1])
