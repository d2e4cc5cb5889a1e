#!/usr/bin/env python3
"""Hold the JSON of the commands against docs/schemas.

schemas.py MDTRACE          run the commands on the logs of traces/ and of the golden tests
schemas.py --check FILE...  hold these files against the schemas: a document a line
"""
import collections
import concurrent.futures
import copy
import json
import pathlib
import re
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    print("no jsonschema (Debian: python3-jsonschema)")
    sys.exit(77)

TOP = pathlib.Path(__file__).resolve().parent.parent
GOLDEN = TOP / "tests/golden"
MODULES = sorted(map(str, pathlib.Path("/lib/modules").glob("*/kernel/drivers/md/raid1.ko*")))
# What needs a kernel in a VM (vm/conform.sh has it), and one that is installed.
ELSEWHERE = {"mdtrace-conform"} | (set() if MODULES else {"mdtrace-ops"})
# Of the golden tests of these commands, those that only look at files.
COMMANDS = {"blame", "bisect", "decode", "diff", "explain", "replay", "why"}


class Schemas:
    """The schemas by name, and the shapes of what was seen to be valid."""

    def __init__(self):
        self.validators, self.words = {}, {}
        self.count, self.seen, self.failed = collections.Counter(), set(), False
        self.examples = {}  # the first of each, shortened
        for path in sorted((TOP / "docs/schemas").glob("*.json")):
            schema = json.loads(path.read_text())
            jsonschema.Draft202012Validator.check_schema(schema)
            self.validators[path.stem] = jsonschema.Draft202012Validator(schema)
            self.words[path.stem] = frozenset(restricted(schema))

    def fault(self, document):
        """What is wrong with a document: the first place, or None."""
        name = document.get("schema")
        if str(name) not in self.validators:
            return f"no schema {name!r}"
        best = jsonschema.exceptions.best_match(self.validators[name].iter_errors(document))
        return f"{best.json_path}: {best.message[:300]}" if best else None

    def check(self, what, document):
        name = document.get("schema")
        self.count[name] += 1
        short, key = self.shorten(name, document)
        if (name, key) in self.seen:
            return
        self.examples.setdefault(name, short)
        self.seen.add((name, key))
        fault = self.fault(short)
        if fault:
            self.failed = True
            print(f"{what}: {fault}\n  {json.dumps(short)[:400]}")

    def shorten(self, schema, value, name=None):
        """A document without items of arrays that are shaped as others that were seen.

        Returns it and its shape: what a schema can tell apart, but for upper bounds. (A
        validator in Python takes milliseconds for each of fifty thousand documents.)
        """
        if isinstance(value, dict):
            pairs = [(key, self.shorten(schema, sub, key)) for key, sub in value.items()]
            return ({key: sub[0] for key, sub in pairs}, tuple((key, sub[1]) for key, sub in pairs))
        if isinstance(value, list):
            pairs = [self.shorten(schema, sub, name) for sub in value]
            new = {key: sub for sub, key in pairs if (schema, name, key) not in self.seen}
            self.seen.update((schema, name, key) for key in new)
            kept = new or dict(pair[::-1] for pair in pairs[:1])
            return list(kept.values()), ("list", frozenset(new) or bool(pairs))
        if isinstance(value, bool) or value is None:
            return value, value
        if isinstance(value, int):
            return value, max(-1, min(value, 2))
        return value, value if name in self.words.get(schema, ()) else ""


def restricted(schema):
    """The names of properties of which a schema restricts the value, not only the type."""
    if isinstance(schema, dict):
        for name, sub in schema.get("properties", {}).items():
            if re.search('"(const|enum|pattern)"', json.dumps(sub)):
                yield name
        for sub in schema.values():
            yield from restricted(sub)
    elif isinstance(schema, list):
        for sub in schema:
            yield from restricted(sub)


def mutants(document):
    """The document with a member too many, one too few, and one of another type; deeply."""

    def places(value, path=()):
        if isinstance(value, dict):
            yield path
        for key, sub in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(sub, (dict, list)):
                yield from places(sub, path + (key,))

    def at(path):
        mutant = copy.deepcopy(document)
        place = mutant
        for key in path:
            place = place[key]
        return mutant, place

    for path in places(document):
        mutant, place = at(path)
        place["no_such_member"] = 1
        yield "a member too many", path, mutant
    for key in document:
        mutant, place = at(())
        place[key] = {"no": "such type"}
        yield "another type", (key,), mutant
    for key in ("schema", "version"):
        mutant, place = at(())
        del place[key]
        yield "one too few", (key,), mutant


def run(mdtrace, words):
    """The words of a command, with JSON asked for: its status and what it prints."""
    words = [word for word in words if not word.startswith("--format=")]
    words.insert(1, "--format=json")
    done = subprocess.run([mdtrace, *words], cwd=GOLDEN, capture_output=True, check=False)
    if re.search(rb"Sanitizer|runtime error:", done.stderr):
        print(done.stderr.decode())
    return done.returncode, done.stdout.decode()


def golden_commands():
    outs = [path for path in sorted(GOLDEN.glob("*.out")) if ".replay" not in path.name]
    for path in outs + sorted(GOLDEN.glob("*.replay*.out"))[::3]:
        command = path.stem.split(".")[-1].split("+")[0]
        args = path.with_suffix(".args")
        if command not in COMMANDS or path.with_suffix(".in").exists():
            continue
        words = args.read_text().splitlines() if args.exists() else [path.stem.split(".")[0] + ".strace"]
        if not any(re.match("--(dry-run|list|save|no-such)", word) for word in words):
            yield [command, *words]


def commands():
    logs = sorted(str(path) for path in TOP.glob("traces/*/*.strace"))
    odd = sorted(path.name for path in GOLDEN.glob("*.strace"))
    yield ["parse", *(log for log in logs if "mdadm-4.4" in log), *odd]
    yield ["parse", "--stats", *logs, *odd]
    yield ["annotate", *logs]
    yield ["states", "--each", *logs]
    for folder in sorted({log.rpartition("/")[0] for log in logs}):
        yield ["why", *(log for log in logs if log.rpartition("/")[0] == folder)]
    yield ["diff", "--matrix", str(TOP / "traces")]
    yield ["list"]
    yield ["kernels"]
    yield ["explain", "--all"]
    for module in MODULES[:1]:
        yield ["ops", module]
    yield from golden_commands()


def suite(mdtrace):
    schemas = Schemas()
    pool = concurrent.futures.ThreadPoolExecutor(2)
    for words, future in [(words, pool.submit(run, mdtrace, words)) for words in commands()]:
        status, text = future.result()
        if status <= 1 and not text:
            continue
        for line in text.splitlines():
            schemas.check(" ".join(words)[:200], json.loads(line))
    for document in schemas.examples.values():
        for what, path, mutant in mutants(document):
            if not schemas.fault(mutant):
                print(f"{document['schema']}: {what} at {path}, and it is valid")
                schemas.failed = True
    for name in schemas.validators.keys() - ELSEWHERE - schemas.count.keys():
        print(f"{name}: no document")
        schemas.failed = True
    print(dict(schemas.count), len(schemas.seen), "shapes")
    return schemas.failed


def main(args):
    if args[0] != "--check":
        return suite(str(pathlib.Path(args[0]).resolve()))
    schemas = Schemas()
    for path in args[1:]:
        for line in pathlib.Path(path).read_text().splitlines():
            schemas.check(path, json.loads(line))
    return schemas.failed or not schemas.count


sys.exit(main(sys.argv[1:]))
