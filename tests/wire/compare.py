"""Compares an answer with a captured one, byte for byte behind masks, and names each difference by its field:

  answer (another status), header NAME, header order, body, body/a/b/0, events (their names in order), event …/data/…

A difference is (field, what we send); what is not sent at all is "absent". After the differing fields are taken out of
both sides the rest must be the same bytes, so the order of keys and headers counts."""

import json
import re

ABSENT = "absent"
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
DATE = r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT"
MASKS = [(re.compile(pattern), mask) for pattern, mask in (
    (UUID, "<uuid>"), (DATE, "<date>"), (r"\b[0-9A-F]{32}\b", "<id>"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "<time>"),
    (r"127\.0\.0\.1:\d{4,5}\b", "127.0.0.1:<port>"), (r'"(remotePort|port)":\d+', r'"\1":"<port>"'),
    (r'"(connectionId|responseTime|requestTime|sendStart|sendEnd|receiveHeadersStart|receiveHeadersEnd|timeMs|'
     r'proxyStart|proxyEnd|dnsStart|dnsEnd|connectStart|connectEnd|sslStart|sslEnd)":-?[\d.]+', r'"\1":"<number>"'),
    (r'"timestamp":1\d{12}', r'"timestamp":"<number>"'), (r'"inference_time_ms":\d+', r'"inference_time_ms":"<number>"'),
    (r"\bbelay/\d+\.\d+\.\d+", "belay/<version>"),
    (r"Today is [A-Z][a-z]{2} \d{4}-\d\d-\d\d", "Today is <day>"), (r"\bcall_\d+", "call_<number>"),
    (r'"connectionReused":(true|false)', '"connectionReused":"<either>"'))]


def masked(text):
    for pattern, mask in MASKS:
        text = pattern.sub(mask, text)
    return text


def short(value):
    return ABSENT if value is ABSENT or value == ABSENT else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def tree_differences(path, theirs, ours, out):
    """Fields that differ between two JSON values, deepest first named."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in list(theirs) + [k for k in ours if k not in theirs]:
            if key not in ours:
                out.append((f"{path}/{key}", ABSENT))
            elif key not in theirs:
                out.append((f"{path}/{key}", ours[key]))
            else:
                tree_differences(f"{path}/{key}", theirs[key], ours[key], out)
    elif isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        for index, (one, other) in enumerate(zip(theirs, ours)):
            tree_differences(f"{path}/{index}", one, other, out)
    elif theirs != ours or type(theirs) is not type(ours):
        out.append((path, ours))


def without(value, path, fields):
    if isinstance(value, dict):
        return {k: without(v, f"{path}/{k}", fields) for k, v in value.items() if f"{path}/{k}" not in fields}
    if isinstance(value, list):
        return [without(v, f"{path}/{i}", fields) for i, v in enumerate(value) if f"{path}/{i}" not in fields]
    return value


def json_differences(path, theirs, ours):
    """`theirs` and `ours` are masked texts."""
    if theirs == ours:
        return []
    try:
        one, other = json.loads(theirs), json.loads(ours)
    except ValueError:
        return [(path, "other text")]
    if type(one) is not type(other):
        return [(path, other)]
    out = []
    tree_differences(path, one, other, out)
    fields = {field for field, _ in out}
    if json.dumps(without(one, path, fields)) != json.dumps(without(other, path, fields)) or not out:
        out.append((path, "the same in another order or spelling"))
    return out


def header_differences(theirs, ours):
    skip = ("date", "content-length")  # their presence and place count, not their value
    one = [(k, "…" if k.lower() in skip else masked(v)) for k, v in theirs]
    other = [(k, "…" if k.lower() in skip else masked(v)) for k, v in ours]
    out = [(f"header {k}", ABSENT) for k, v in one if k not in dict(other)]
    out += [(f"header {k}", v) for k, v in other if dict(one).get(k) != v]
    fields = {field for field, _ in out}
    kept = lambda headers: [k for k, _ in headers if f"header {k}" not in fields]
    if kept(one) != kept(other):
        out.append(("header order", ", ".join(kept(other))))
    return out


def parse_events(text):
    events = []
    for block in text.split("\n\n"):
        if block:
            name, data = re.fullmatch(r"event: (\w+)\ndata: (.*)", block, re.DOTALL).groups()
            events.append((name, data))
    return events


def stream_differences(theirs, ours):
    """Log lines ("running") are compared as a list; the others one by one, in order."""
    if theirs == ours:
        return []
    one, other = parse_events(theirs), parse_events(ours)
    out = []
    if [name for name, _ in one] != [name for name, _ in other]:
        out.append(("events", " ".join(name for name, _ in other)))
    else:
        for index, (a, b) in enumerate(zip(one, other)):
            if a[0] == "running":
                out += json_differences(f"event {index}", a[1], b[1])
    steady = lambda events: [(name, data) for name, data in events if name != "running"]
    if len(steady(one)) == len(steady(other)):
        for a, b in zip(steady(one), steady(other)):
            if a[0] == b[0]:
                out += json_differences(f"event {a[0]}", a[1], b[1])
    return out


def differences(capture, answer):
    """[(field, what we send as text)] for a captured exchange and a harness Answer. Where one side streams and the other
    does not, or the status differs, the parts have nothing to be compared by and the whole is one field."""
    theirs = masked(capture.response.body.decode())
    ours = masked(answer.body.decode())
    streams = [text.startswith("event: ") for text in (theirs, ours)]
    if streams[0] != streams[1]:
        return [("answer", f"{answer.status} {ours}")]
    out = header_differences(capture.response.headers, answer.headers)
    if f"HTTP/1.1 {answer.status} {answer.reason}" != capture.response.first:
        return [("answer", f"{answer.status} {ours}"), *out]
    out += stream_differences(theirs, ours) if streams[0] else json_differences("body", theirs, ours)
    return [(field, value if isinstance(value, str) and field.startswith(("header", "events")) else short(value))
            for field, value in out]
