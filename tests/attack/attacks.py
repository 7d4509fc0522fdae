"""The table of attacks. Each is a function of the target and of its round's own random numbers; it never fails, whatever the
target does, and is done within seconds. To add one: write it, and add its row to ATTACKS."""

import json
import random
import socket
import struct
import threading
import time

MIB = 1 << 20
AT_MOST = 8.0  # seconds that one attack waits for an answer


class Target:
    """What is attacked. `sessions` may be empty: then what needs one hits an id that is unknown."""

    def __init__(self, port, sessions=(), peers=None):
        self.port = port
        self.sessions = list(sessions) or ["none"]
        self.peers = peers  # attack's own other ends (peers.py), or None
        self.held = []  # connections that are kept open for a while
        self.lock = threading.Lock()

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=AT_MOST)

    def hold(self, connections, most):
        with self.lock:
            self.held += connections
            surplus, self.held = self.held[:-most], self.held[-most:]
        for one in surplus:
            one.close()

    def let_go(self):
        self.hold([socket.socket()], 1)


def head(method, path, *lines):
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost", *lines, "", ""]).encode("latin-1")


def post(path, body, *lines):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return head("POST", path, "Content-Type: application/json", f"Content-Length: {len(body)}", *lines) + body


def send(target, data, read=True):
    """Sends all and reads to the end of the first piece of the answer."""
    with target.connect() as connection:
        connection.sendall(data)
        return connection.recv(65536) if read else b""


def operation(target, rng, verb, body, seconds=AT_MOST, read=True):
    with target.connect() as connection:
        connection.settimeout(seconds)
        connection.sendall(post(f"/v1/sessions/{rng.choice(target.sessions)}/{verb}", body))
        if read:
            connection.recv(65536)


# --- connections


def silent_connections(target, rng):
    target.hold([target.connect() for _ in range(rng.randint(50, 400))], 4500)


def unfinished_heads(target, rng):
    connections = [target.connect() for _ in range(100)]
    for one in connections:
        one.sendall(head("GET", "/healthz", "X: " + "a" * rng.randint(1, 15_000))[:-3])
    target.hold(connections, 4500)


def unfinished_bodies(target, rng):
    connections = []
    for _ in range(40):
        one = target.connect()
        connections.append(one)
        one.sendall(head("POST", "/v1/sessions/start", "Content-Type: application/json", f"Content-Length: {MIB}") + b" " * (MIB - 1))
    target.hold(connections, 4500)


def connect_and_close(target, rng):
    for _ in range(rng.randint(100, 500)):
        one = target.connect()
        if rng.random() < 0.5:  # a reset instead of an end
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if rng.random() < 0.5:
            one.sendall(head("GET", "/healthz")[:rng.randint(1, 30)])
        one.close()


def half_closed(target, rng):
    for _ in range(50):
        with target.connect() as one:
            one.sendall(rng.choice([head("GET", "/healthz"), b"GET /he", post("/v1/sessions/start", b"{}")[:-1], b""]))
            one.shutdown(socket.SHUT_WR)
            one.recv(4096)


def answers_nobody_reads(target, rng):
    """Pipelined requests, whose answers fill every buffer."""
    connections = []
    for _ in range(10):
        one = target.connect()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.setblocking(False)
        try:
            for _ in range(20):
                one.sendall(head("GET", "/metrics") * 200)
        except BlockingIOError:
            pass
        connections.append(one)
    target.hold(connections, 200)


def flood(target, rng):
    with target.connect() as one:
        one.sendall(head("GET", rng.choice(["/healthz", "/nothing", "/v1/sessions/x/replay"])) * 2000)
        end = time.monotonic() + 2
        seen = 0
        while seen < 2000 and time.monotonic() < end:
            data = one.recv(1 << 18)
            if not data:
                break
            seen += data.count(b"HTTP/1.1 ")


# --- framing


FRAMINGS = [
    b"GARBAGE\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200), b"GET / HTTP/1.1\nHost: x\n\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\r\n" * 20_000, b"\x00" * 30_000,
    head("POST", "/v1/sessions/start", "Content-Length: 4", "Transfer-Encoding: chunked") + b"0\r\n\r\n",
    head("POST", "/v1/sessions/start", "Content-Length: 4", "Content-Length: 5") + b"{}  ",
    head("POST", "/v1/sessions/start", "Transfer-Encoding: gzip, chunked") + b"0\r\n\r\n",
    head("POST", "/v1/sessions/start", "Transfer-Encoding:\r\n chunked") + b"0\r\n\r\n",
    head("POST", "/v1/sessions/start", "Transfer-Encoding: chunked") + b"fffffffffffffffff\r\n",
    head("POST", "/v1/sessions/start", "Transfer-Encoding: chunked") + b"5;" + b"a" * 100_000,
    head("POST", "/v1/sessions/start", "Transfer-Encoding: chunked") + b"1;" + b"a" * 3000 + b"\r\n \r\n1;" + b"a" * 3000 + b"\r\n",
    head("POST", "/v1/sessions/start", "Transfer-Encoding: chunked") + b"0\r\nX: " + b"a" * 100_000,
    head("POST", "/v1/sessions/start", "Content-Length: 99999999999999999999"), head("GET", "http://u@localhost/healthz"),
    head("GET", "ftp://localhost/healthz"), head("GET", "/" + "%" * 10_000), head("GET", "/v1/sessions/" + "a" * 10_000 + "/act"),
    head("GET", "/healthz", *[f"X-{i}: {i}" for i in range(1500)]), head("GET", "/healthz", *[f"{i:x}:" for i in range(2400)]),
    head("GET", "/healthz", "X: " + "a" * 200_000),
    head("POST", "/v1/sessions/start", "Expect: 100-continue", "Content-Length: 100"),
]


def bad_framing(target, rng):
    for data in rng.sample(FRAMINGS, 6):
        with target.connect() as one:
            one.settimeout(0.5)
            try:
                one.sendall(data)
                one.recv(4096)
            except OSError:
                pass


def random_bytes(target, rng):
    """Requests with some bytes changed, left out and doubled."""
    for _ in range(20):
        data = bytearray(rng.choice([post("/v1/sessions/start", {"modelName": "a/b"}), head("GET", "/healthz"),
                                     head("POST", "/v1/sessions/x/act", "Transfer-Encoding: chunked") + b"2\r\n{}\r\n0\r\n\r\n"]))
        for _ in range(rng.randint(1, 8)):
            at = rng.randrange(len(data))
            change = rng.randrange(3)
            if change == 0:
                data[at] = rng.randrange(256)
            elif change == 1:
                del data[at]
            else:
                data[at:at] = data[at:at + rng.randint(1, 40)]
        with target.connect() as one:
            one.settimeout(0.1)
            try:
                one.sendall(data)
                one.recv(4096)
            except OSError:
                pass


def tiny_chunks(target, rng):
    send(target, head("POST", "/v1/sessions/start", "Content-Type: application/json", "Transfer-Encoding: chunked")
         + b"1\r\n \r\n" * 500_000 + b"0\r\n\r\n")


# --- bodies


def deep_json(target, rng):
    depth = rng.choice([100, 10_000, 500_000])
    opening, closing = rng.choice([(b"[", b"]"), (b'{"a":', b"}")])
    depth = min(depth, (MIB - 100) // (len(opening) + 1))
    send(target, post("/v1/sessions/start", opening * depth + b"1" + closing * depth))


def wide_json(target, rng):
    """Each element is an issue to tell."""
    ones = "[" + ",".join(["1"] * rng.choice([1000, 200_000, 450_000])) + "]"
    if rng.random() < 0.5:
        body = '{"modelName":"openai/x","browser":{"type":"local","launchOptions":{"args":' + ones + "}}}"
        send(target, post("/v1/sessions/start", body.encode()))
    else:
        body = '{"agentConfig":{"model":"openai/x","tools":' + ones + '},"executeOptions":{"instruction":"x"}}'
        operation(target, rng, "agentExecute", body.encode())


def many_keys(target, rng):
    body = "{" + ",".join(f'"{rng.getrandbits(40):x}":{i}' for i in range(40_000)) + "}"
    operation(target, rng, rng.choice(["act", "extract", "navigate"]), body.encode())


# --- operations


def selectors(target, rng):
    depth = rng.choice([100, 30_000, 400_000])
    selector = rng.choice(["xpath=" + "(" * depth + "//a" + ")" * depth, "css=" + ":has(" * (depth // 5) + "a" + ")" * (depth // 5),
                           ">>".join(["a"] * (depth // 4)), "xpath=" + "//a[" * (depth // 4), "text=" + "a" * depth])
    operation(target, rng, "act", {"input": {"selector": selector, "description": "x", "method": "click", "arguments": []},
                                   "options": {"timeout": 2000}})


def schema_model(target, rng, schema, reply):
    if target.peers is None:
        name = "none"
    else:
        name = f"gpt-{rng.getrandbits(48):x}"
        target.peers.reply[name] = reply
    url = target.peers.url + "/v1" if target.peers else "http://127.0.0.1:9/v1"
    operation(target, rng, "extract", {"instruction": "all", "schema": schema, "options": {
        "timeout": 5000, "model": {"modelName": f"openai/{name}", "apiKey": "k", "baseURL": url}}})


def recursive_schemas(target, rng):
    deep = {"type": "string"}
    for _ in range(60):
        deep = {"anyOf": [deep, {"type": "integer"}]}
    schema = rng.choice([
        {"type": "object", "allOf": [{"$ref": "#"}, {"$ref": "#"}]},
        {"type": "object", "properties": {"a": {"$ref": "#/$defs/x"}},
         "$defs": {"x": {"anyOf": [{"$ref": "#/$defs/x"}, {"$ref": "#/$defs/x"}]}}},
        {"type": "object", "properties": {"a": {"$ref": "#/$defs/l0"}}, "$defs": {
            **{f"l{i}": {"anyOf": [{"$ref": f"#/$defs/l{i + 1}"}, {"$ref": f"#/$defs/l{i + 1}"}]} for i in range(31)},
            "l31": {"type": "string", "format": "uri"}}},
        {"type": "object", "properties": {"a": deep}},
        {"type": "object", "properties": {"a": {"$ref": "#/nowhere"}}}])
    schema_model(target, rng, schema, '{"a":{"a":[{"a":1}]}}')


def costly_schemas(target, rng):
    schema, reply = rng.choice([
        ({"type": "object", "properties": {"a": {"anyOf": [{"$ref": "#/$defs/e"}] * 10_000}},
          "$defs": {"e": {"enum": [f"v{i}" for i in range(60_000)]}}}, '{"a":"none"}'),
        ({"type": "object", "properties": {"a": {"type": "array", "items": {"type": "string", "pattern": "^(a+)+$"}}}},
         json.dumps({"a": ["a" * 20_000 + "b"] * 20})),
        ({"type": "object", "properties": {"a": {"anyOf": [{"type": "object", "properties": {f"k{i}": {"type": "string"}}, "required": [
            f"k{i}"]} for i in range(5000)]}}}, json.dumps({"a": {"x": "y" * (4 * MIB)}})),
        ({"type": "object", "properties": {"a": {"type": "array", "uniqueItems": True}}},
         json.dumps({"a": [[i] for i in range(50_000)]}))])
    schema_model(target, rng, schema, reply)


def abandoned_acts(target, rng):
    """Clients that leave at once; the work goes on and counts."""
    session = rng.choice(target.sessions)
    for i in range(100):
        with target.connect() as one:
            one.sendall(post(f"/v1/sessions/{session}/act", {"input": {
                "selector": f"#never{i}", "description": "x", "method": "click", "arguments": []},
                "options": {"timeout": rng.randint(1, 300)}}))


def crowded_operations(target, rng):
    """Clients that join an operation by its key, each with a connection of its own."""
    session = rng.choice(target.sessions)
    connections = []
    for _ in range(10):
        key = f"Idempotency-Key: {rng.getrandbits(64):x}"
        caller = f"x-model-api-key: {rng.choice('abc')}"
        for _ in range(16):
            one = target.connect()
            connections.append(one)
            one.sendall(post(f"/v1/sessions/{session}/act", {"input": {
                "selector": "#never", "description": "x", "method": "click", "arguments": []}, "options": {"timeout": 8000}}, key, caller))
    target.hold(connections, 4500)


def abandoned_streams(target, rng):
    session = rng.choice(target.sessions)
    for i in range(20):
        with target.connect() as one:
            one.sendall(post(f"/v1/sessions/{session}/act", {"streamResponse": True, "input": {
                "selector": f"#never{i}", "description": "x", "method": "click", "arguments": []},
                "options": {"timeout": rng.randint(1, 100)}}, "x-stream-response: true"))
            if rng.random() < 0.5:
                one.recv(10)


def too_many_tools(target, rng):
    url = target.peers.url if target.peers else "http://127.0.0.1:9"
    operation(target, rng, "agentExecute", {
        "agentConfig": {"model": {"modelName": "openai/none", "apiKey": "k", "baseURL": url + "/v1"}, "tools": [{"mcp": url + "/mcp"}]},
        "executeOptions": {"instruction": "go", "maxSteps": 1, "timeout": 5000}})


def devtools_floods(target, rng):
    port = target.peers.port if target.peers else 9
    send(target, post("/v1/sessions/start", {"modelName": "openai/x", "browser": {
        "type": "local", "cdpUrl": f"ws://127.0.0.1:{port}/cdp/{rng.choice(['frame', 'fragments', 'targets'])}",
        "launchOptions": {"connectTimeoutMs": 5000}}}))


def large_answers_nobody_reads(target, rng):
    session = rng.choice(target.sessions)
    url = target.peers.url if target.peers else "http://127.0.0.1:9"
    send(target, post(f"/v1/sessions/{session}/navigate", {"url": url + "/large", "options": {"timeout": 7000}}))
    connections = []
    for i in range(4):
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.connect(("127.0.0.1", target.port))
        one.sendall(post(f"/v1/sessions/{session}/extract", {"options": {"timeout": 7000 + i}}))
        connections.append(one)
    target.hold(connections, 100)


class Attack:
    def __init__(self, run, fault, weight):
        self.run = run
        self.name = run.__name__
        self.fault = fault  # of the list of faults that it comes from
        self.weight = weight  # how often it is chosen


ATTACKS = [
    Attack(silent_connections, "12.10", 6),
    Attack(unfinished_heads, "12.10", 6),
    Attack(unfinished_bodies, "12.10", 4),
    Attack(connect_and_close, "12.10", 8),
    Attack(half_closed, "10", 8),
    Attack(answers_nobody_reads, "12.15", 6),
    Attack(flood, "12.10", 8),
    Attack(bad_framing, "10.1", 10),
    Attack(random_bytes, "10", 10),
    Attack(tiny_chunks, "15.12", 3),
    Attack(deep_json, "12.5", 8),
    Attack(wide_json, "12.5", 4),
    Attack(many_keys, "12.5", 4),
    Attack(selectors, "12.2", 8),
    Attack(recursive_schemas, "12.1", 6),
    Attack(costly_schemas, "12.3", 2),
    Attack(abandoned_acts, "12.14", 4),
    Attack(crowded_operations, "12.10", 4),
    Attack(abandoned_streams, "12.14", 4),
    Attack(too_many_tools, "12.4", 1),
    Attack(devtools_floods, "12.16", 1),
    Attack(large_answers_nobody_reads, "12.15", 1),
]


def named(name):
    return next(one for one in ATTACKS if one.name == name)


def strike(target, seed, number, only=None):
    """One round; the same seed and number strike the same way. Returns the attack's name."""
    rng = random.Random(f"{seed}/{number}")
    attack = named(only) if only else rng.choices(ATTACKS, [one.weight for one in ATTACKS])[0]
    try:
        attack.run(target, rng)
    except OSError:
        pass  # refused, reset, silent: what it does to others is judged elsewhere
    return attack.name
