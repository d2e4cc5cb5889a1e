#!/bin/bash
# answers.sh MDTRACE LOG...: annotate, states and explain say the same of a line: the operation,
# the array, the result; and explain has an answer for each line that has a remark.
set -eu
mdtrace=$1
shift
export LC_ALL=C
python3 - "$mdtrace" "$@" <<'PYTHON'
import json, re, subprocess, sys

failed = False

def fail(*words):
    global failed
    failed = True
    print(*words)

def run(*words):
    done = subprocess.run([sys.argv[1], *words], capture_output=True)
    text = done.stderr.decode(errors="replace")
    if "Sanitizer" in text or "runtime error:" in text or done.returncode > 2 or done.returncode < 0:
        fail(words, "exit", done.returncode, text[-2000:])
    return done.returncode, done.stdout.decode(errors="replace"), text

def objects(text):
    return [json.loads(line) for line in text.split("\n") if line]

def array_of(remark):
    device = remark.get("device", {})
    if device.get("major") == 9:
        return device["name"]
    found = re.match(r"(md\w+)'s ", remark.get("argument", ""))
    return found[1] if found else None

def same_result(call, state):
    result = state["result"]
    if "error" in call:
        return result == call["error"] or result.startswith("-1")
    return not result.startswith("E")

# As a terminal gets it.
def shown(text):
    return re.sub(r"[\0-\x1f\x7f]", lambda it: f"\\x{ord(it[0]):02x}", text)

# What states says of a line that has a remark is what the remark says.
def check_states(log, events, calls):
    for state in calls:
        event = events.get(state["line"])
        if state["call"].startswith("close"):
            continue
        remark = event and event.get("remark")
        where = f"{log}:{state['line']}: states has {state['call']} on {state['array']}"
        if not remark:
            fail(where, "and annotate has no remark")
            continue
        if not state["call"].startswith(remark["name"]):
            fail(where, "and annotate", remark["name"])
        array = array_of(remark)
        if array and array != state["array"]:
            fail(where, "and annotate", remark["text"])
        if not same_result(event, state):
            fail(where, "=", state["result"], "and annotate", remark["text"])

# One line of each kind: the same operation with the same result.
def chosen(events):
    seen = {}
    for line, event in events.items():
        remark = event.get("remark")
        if remark and remark.get("text"):
            key = (remark["name"], event.get("error"), "device" in remark)
            seen.setdefault(key, line)
    return sorted(seen.values())

def check_explain(log, events, states):
    lines = chosen(events)
    if not lines:
        return 0
    status, text, errors = run("explain", *(f"{log}:{line}" for line in lines))
    if status > 1:
        fail(log, "explain:", errors[-500:])
    blocks = re.split("^" + re.escape(log) + r":(\d+)  ", text, flags=re.M)[1:]
    answers = dict(zip(map(int, blocks[::2]), blocks[1::2]))
    for line in lines:
        remark, answer = events[line]["remark"], answers.get(line)
        if answer is None:
            fail(f"{log}:{line}: no answer, but the remark", remark["text"])
            continue
        said = re.search(r"^  (remark|array) +(.*)", answer, re.M)
        if said[1] == "remark":
            # Explain goes by the end of a call that was unfinished.
            ends = [it["remark"] for it in events.values()
                    if it.get("began") == line and "remark" in it]
            if said[2] not in [shown(it["text"]) for it in [remark, *ends]]:
                fail(f"{log}:{line}: explain", said[2], "and annotate", remark["text"])
            continue
        array = array_of(remark)
        if array and said[2] != array:
            fail(f"{log}:{line}: explain is about", said[2], "and annotate about", array)
        if line in states and said[2] not in {it["array"] for it in states[line]}:
            fail(f"{log}:{line}: explain is about", said[2], "and states about another array")
    return len(lines)

count = 0
for log in sys.argv[2:]:
    events = {it["line"]: it for it in objects(run("annotate", "--format=json", log)[1]) if it["kind"] != "in flight"}
    calls = [it for it in objects(run("states", "--format=json", log)[1]) if "call" in it]
    states = {}
    for call in calls:
        states.setdefault(call["line"], []).append(call)
    check_states(log, events, calls)
    count += check_explain(log, events, states)
if not count:
    fail("no line has a remark")
sys.exit(failed)
PYTHON
