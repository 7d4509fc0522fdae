"""SIGTERM whatever the server is in the midst of: gone within 2.5 s (docs/session-contract.md, clause 25), nothing left. Each
round puts some things into a server that hang, at random; BELAY_TEST_SIGTERMS says how many rounds. The limit is the
contract's own, plus what the machine was late by meanwhile."""

import ctypes
import os
import random
import signal
import socket
import stat
import tempfile
import threading
import time
import unittest

import setup_path  # noqa: F401
from harness import proc
from harness.browserbase import Browserbase
from harness.case import ServerCase, main
from harness.client import Closed, Connection
from harness.lateness import Lateness
from harness.patience import BUDGET, PATIENCE
from harness.server import BINARY, Server, action, local
from harness.tap import Chromium

ROUNDS = int(os.environ.get("BELAY_TEST_SIGTERMS", "20"))
SEED = int(os.environ.get("BELAY_SEED", time.time_ns() % 1_000_000))
LIMIT = 2.5
CUT_OFF = 3
# Nothing but the end of the server itself bounds how long it waits for an owner of browsers.
OWNER_FLAGS = ("--close-timeout", "60s", "--browserbase-timeout", "60s")
PTRACE_SEIZE, PTRACE_INTERRUPT = 0x4206, 0x4207  # ptrace(2)
SANITIZED = b"__asan_init" in open(BINARY, "rb").read()  # such a build leaves in the long way, to look for leaks

# A name server that never answers, and a leftover that cannot be removed, in a mount namespace of the server's own.
NAMESPACE = """#!/bin/sh
exec unshare -m sh -c '
  mount --bind "$TMPDIR/resolv.conf" /etc/resolv.conf
  [ ! -d "$TMPDIR/mounted" ] || { root="$TMPDIR/belay-$(id -u)/s-moUnts/profile"; mkdir -m 700 "$TMPDIR/belay-$(id -u)"
    mkdir -p "$root"; chmod 700 "${root%/profile}"; mount -t tmpfs none "$root"; touch "$root/file"; }
  exec "$BELAY_UNDER_TEST" "$@"' sh "$@"
"""


def stop_first_thread(pid):
    """The loop alone, for as long as this thread lives; False where that is not allowed."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(PTRACE_SEIZE, pid, None, None) != 0 or libc.ptrace(PTRACE_INTERRUPT, pid, None, None) != 0:
        return False
    os.waitpid(pid, 0)  # it has stopped
    return True


class Server(Server):  # noqa: F811
    """Its log can be left unread."""

    def __init__(self, *arguments, **named):
        self.reading = threading.Event()
        self.reading.set()
        super().__init__(*arguments, **named)

    def _read_log(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if "Server listening at http://" in line and not self.port:
                self.port = int(line.split("Server listening at http://")[1].split('"')[0].rsplit(":", 1)[1])
                self.listening.set()
            self.reading.wait()
        self.listening.set()


class Sigterm(ServerCase):
    @classmethod
    def setUpClass(cls):
        cls.chromium = Chromium()
        cls.addClassCleanup(cls.chromium.__exit__)

    def setUp(self):
        super().setUp()
        self.owner = Browserbase(f"ws://127.0.0.1:{self.chromium.port}{self.chromium.path}", hold_releases=True)
        self.addCleanup(self.owner.close)
        self.silent = socket.create_server(("127.0.0.1", 0))  # a model that takes calls and never answers
        self.addCleanup(self.silent.close)

    # What can be under way. Each returns what it has begun; the server may die before it is answered.

    def background(self, function, *arguments, **named):
        def call():
            try:
                return function(*arguments, **named)
            except (Closed, OSError) as error:
                return error
        return self.in_background(call)

    def page(self, server, **launch):
        session = server.start(local(**launch))
        self.assert_done(server.navigate(session, f"{self.site.url}/"))
        return session

    def idle_sessions(self, server):
        for _ in range(self.rng.randint(1, 2)):
            self.page(server)

    def start_in_flight(self, server):
        self.background(server.start_answer)
        time.sleep(self.rng.random() * 0.3)  # anywhere in the launch: the moment is what is random

    def act_in_flight(self, server):
        session = self.page(server)
        self.background(server.act, session, action("click", "#never"), timeout=1000 * BUDGET)
        proc.wait_until(lambda: server.metric("belay_sessions_in_use"), PATIENCE)

    def navigation_in_flight(self, server):
        session = self.page(server)
        self.background(server.navigate, session, f"{self.site.url}/never", timeout=1000 * BUDGET)
        proc.wait_until(lambda: server.metric("belay_sessions_in_use"), PATIENCE)

    def stopped_browser(self, server):
        kept = self.rng.random() < 0.7
        session = self.page(server, **({"preserveUserDataDir": True} if kept else {}))
        for pid in server.browsers():
            proc.kill(pid, signal.SIGSTOP)
        if self.rng.random() < 0.5:
            self.background(server.navigate, session, f"{self.site.url}/", timeout=1000 * BUDGET)
            proc.wait_until(lambda: server.metric("belay_sessions_in_use"), PATIENCE)

    def stopped_reaper(self, server):
        self.page(server)
        for pid in proc.children(server.pid):
            if "--belay-reaper" in proc.command_line(pid):
                proc.kill(pid, signal.SIGSTOP)

    def wrapper_that_leaves(self, server):
        path = os.path.join(server.folder, "leaver")
        with open(path, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\nsetsid /usr/bin/chromium \"$@\" & wait\n")
        os.chmod(path, 0o700)
        self.page(server, executablePath=path)

    def thinking_agent(self, server):
        session = self.page(server)
        model = {"modelName": "openai/gpt-4o-mini", "apiKey": "sk-nobody",
                 "baseURL": f"http://127.0.0.1:{self.silent.getsockname()[1]}/v1"}
        self.background(server.operation, session, "agentExecute", {
            "agentConfig": {"model": model}, "executeOptions": {"instruction": "buy it"}})
        proc.wait_until(lambda: server.metric("belay_sessions_in_use"), PATIENCE)

    def unread_log(self, server):
        server.reading.clear()
        with Connection(server.port, timeout=PATIENCE) as connection:
            for _ in range(700):  # more than a pipe holds
                connection.ask("GET", "/nowhere/" + "x" * 100)

    def dead_name(self, server):
        self.background(server.start_answer, {"modelName": "openai/x", "browser": {
            "type": "local", "launchOptions": {"cdpUrl": "ws://dead.example:9/", "connectTimeoutMs": 1000}}})

    def rented(self, server):
        """Browsers of an owner that takes what is given back and never answers; one may be in use."""
        key = {"x-bb-api-key": "bb-live-key"}
        self.owner.let()
        sessions = [server.start({"modelName": "openai/x"}, key) for _ in range(self.rng.randint(1, 2))]
        self.owner.gate.clear()
        if self.rng.random() < 0.5:
            self.background(server.navigate, sessions[0], f"{self.site.url}/never", key, timeout=1000 * BUDGET)
            proc.wait_until(lambda: server.metric("belay_sessions_in_use"), PATIENCE)

    # The rounds

    def server_in(self, namespaced, mounted, flags=()):
        env = {"BROWSERBASE_BASE_URL": self.owner.url}
        if not namespaced:
            return Server(*flags, env=env)
        folder = tempfile.mkdtemp(prefix="belay-test-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
        with open(os.path.join(folder, "resolv.conf"), "w", encoding="utf-8") as file:
            file.write("nameserver 127.0.0.111\noptions timeout:9\n")
        if mounted:
            os.mkdir(os.path.join(folder, "mounted"))
        wrapper = os.path.join(folder, "in-namespace")
        with open(wrapper, "w", encoding="utf-8") as file:
            file.write(NAMESPACE)
        os.chmod(wrapper, stat.S_IRWXU)
        return Server(*flags, folder=folder, binary=wrapper, env={"BELAY_UNDER_TEST": BINARY, **env})

    def end(self, server, seconds):
        """SIGTERM, and what is left. Returns the exit status and what the log says of a cut."""
        with Lateness() as lateness:
            began = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            code = server.process.wait(PATIENCE)
            took = time.monotonic() - began
        server.reading.set()
        if not SANITIZED:
            self.assertLess(took, lateness.allowed(seconds), f"late by {lateness.total:.3f} s; {server.lines[-3:]}")
        self.assertIn(code, (0, CUT_OFF), server.errors)
        return code, took

    def nothing_is_left(self, server, expected=()):
        def left():
            profiles = [name for name in server.profiles() if not name.startswith(("kept-", *expected))]
            return [proc.command_line(pid) for pid in server.processes()] + profiles
        self.assertTrue(proc.wait_until(lambda: not left(), PATIENCE),
                        f"left: {left()} {[found for found in os.walk(server.root)][:20]} {server.lines[-5:]}")
        known = {f"belay-{os.getuid()}", "leaver", "in-namespace", "resolv.conf", "mounted"}
        self.assertLessEqual(set(os.listdir(server.folder)), known)  # TMPDIR and HOME in one

    def test_in_any_state(self):
        if SANITIZED:
            self.skipTest("such a build ends in another way, which is too slow to be cut off at the same moments")
        print(f"BELAY_SEED={SEED} BELAY_TEST_SIGTERMS={ROUNDS}", flush=True)
        dns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(dns.close)
        try:
            dns.bind(("127.0.0.111", 53))
            with_namespace = os.system("unshare -m true 2>/dev/null") == 0
        except OSError:
            with_namespace = False
        if not with_namespace:
            print("without dead names and mounts: not root", flush=True)
        states = [self.idle_sessions, self.start_in_flight, self.act_in_flight, self.navigation_in_flight,
                  self.stopped_browser, self.stopped_reaper, self.wrapper_that_leaves, self.thinking_agent, self.unread_log,
                  self.rented]
        slowest = 0.0
        for number in range(ROUNDS):
            self.rng = random.Random(SEED + number)
            chosen = self.rng.sample(states, self.rng.randint(0, 2))
            if with_namespace and self.rng.random() < 0.4:
                chosen.insert(0, self.dead_name)
            mounted = with_namespace and self.rng.random() < 0.25
            chosen.sort(key=lambda state: state == self.unread_log)
            named = [state.__name__ for state in chosen] + ["mount"] * mounted
            with self.subTest(seed=SEED + number, states=named):
                server = self.server_in(self.dead_name in chosen or mounted, mounted,
                                        OWNER_FLAGS if self.rented in chosen else ())
                try:
                    for state in chosen:
                        state(server)
                    code, took = self.end(server, LIMIT)
                    slowest = max(slowest, took)
                    self.nothing_is_left(server, ("s-moUnts",) if mounted else ())
                    print(f"{took:.2f} s, status {code}: {' '.join(named) or 'nothing'}", flush=True)
                finally:
                    server.reading.set()
                    server.clean_up()
        print(f"{ROUNDS} times SIGTERM, the slowest took {slowest:.2f} s", flush=True)

    @unittest.skipIf(SANITIZED, "such a build leaves in the long way")
    def test_with_rented_browsers_whose_owner_is_silent(self):
        for seed in range(4 if ROUNDS > 100 else 2):
            self.rng = random.Random(seed)
            server = self.server_in(namespaced=False, mounted=False, flags=OWNER_FLAGS)
            try:
                self.rented(server)
                self.end(server, LIMIT)
                self.nothing_is_left(server)
            finally:
                server.clean_up()

    def test_before_it_listens(self):
        rng = random.Random(SEED)
        for _ in range(5):
            with tempfile.TemporaryDirectory(prefix="belay-test-") as folder, open(os.devnull, "w") as null:
                env = {"PATH": os.environ["PATH"], "TMPDIR": folder, "HOST": "127.0.0.1", "PORT": "0",
                       **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}}
                pid = os.posix_spawn(BINARY, [BINARY], env, file_actions=[(os.POSIX_SPAWN_DUP2, null.fileno(), 1)])
                time.sleep(rng.random() * 0.04)  # anywhere in its first moments
                os.kill(pid, signal.SIGTERM)
                _, status = os.waitpid(pid, 0)
                # Before main has blocked the signal it has its default effect, and nothing to clean up.
                self.assertIn(status, (0, signal.SIGTERM), "an exit in order, or the signal itself")

    @unittest.skipIf(SANITIZED, "such a build leaves in the long way")
    def test_with_three_idle_sessions_it_is_gone_within_300_ms(self):
        best = None
        for _ in range(5):  # a machine that was busy in one of them tells nothing about the server
            server = Server()
            try:
                for _ in range(3):
                    self.page(server)
                with Lateness() as lateness:
                    code, took = server.stop()
                self.assertEqual(code, 0)
                self.nothing_is_left(server)
            finally:
                server.clean_up()
            best = min(took, best or took)
            if took < lateness.allowed(0.3):
                return
        self.fail(f"five times longer than 300 ms, {best:.3f} s at best")

    def test_kill_9_leaves_nothing_for_3_s(self):
        server = Server()
        try:
            self.rng = random.Random(SEED)
            self.wrapper_that_leaves(server)
            self.page(server)
            with Lateness() as lateness:
                began = time.monotonic()
                server.process.kill()
                server.process.wait()
                self.nothing_is_left(server)
                took = time.monotonic() - began
            self.assertLess(took, lateness.allowed(3))
        finally:
            server.clean_up()

    def test_a_loop_that_hangs_is_cut_off_and_that_is_said(self):
        server = Server()
        try:
            self.page(server)
            if not stop_first_thread(server.pid):
                self.skipTest("no ptrace here")
            code, _ = self.end(server, LIMIT)
            self.assertEqual(code, CUT_OFF)
            for reader in server._readers:
                reader.join(PATIENCE)
            self.assertRegex(server.lines[-1], r'"msg":"shutdown cut off","step":"serving","processesKilled":[1-9]')
            self.nothing_is_left(server)
        finally:
            server.clean_up()


if __name__ == "__main__":
    main()
