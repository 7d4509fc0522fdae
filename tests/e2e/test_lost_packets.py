"""Retries over a network that loses packets: client and server each in a network of its own with a cable between them,
which is pulled while an answer is on its way. Needs root and ip(8) of iproute2."""

import ctypes
import os
import shutil
import subprocess
import sys
import threading

import setup_path  # noqa: F401
from harness.case import ServerCase, main
from harness.client import Connection
from harness.patience import BUDGET, PATIENCE
from harness.server import CHROMIUM, action, local

CLONE_NEWNET = 0x40000000  # sched.h
SERVER, CLIENT = "10.99.0.1", "10.99.0.2"
LIBC = ctypes.CDLL(None, use_errno=True)


def ip(*words):
    subprocess.run(["ip", *words], check=True)


class ClientNetwork:
    """The other end of the cable. Sockets are of the network that the thread that makes them is in."""

    def __init__(self):
        self.holder = subprocess.Popen(["unshare", "-n", "sh", "-c", "echo made; read end"], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE)
        self.holder.stdout.readline()
        inside = ["nsenter", "-t", str(self.holder.pid), "-n"]
        ip("link", "add", "cable", "type", "veth", "peer", "name", "far", "netns", str(self.holder.pid))
        ip("addr", "add", f"{SERVER}/24", "dev", "cable")
        ip("link", "set", "cable", "up")
        subprocess.run([*inside, "ip", "addr", "add", f"{CLIENT}/24", "dev", "far"], check=True)
        subprocess.run([*inside, "ip", "link", "set", "far", "up"], check=True)

    def connection(self, port):
        out = []

        def connect():
            with open(f"/proc/{self.holder.pid}/ns/net", "rb") as there:
                if LIBC.setns(there.fileno(), CLONE_NEWNET) != 0:
                    raise OSError(ctypes.get_errno(), "setns")
            out.append(Connection(port, SERVER, timeout=PATIENCE))
        thread = threading.Thread(target=connect)
        thread.start()
        thread.join()
        return out[0]

    def close(self):
        self.holder.stdin.close()
        self.holder.stdout.close()
        self.holder.wait()


class NetworkCase(ServerCase):
    def setUp(self):
        super().setUp()
        self.network = ClientNetwork()
        self.addCleanup(self.network.close)


class LostPackets(NetworkCase):
    def setUp(self):
        super().setUp()
        self.clicks = 0
        self.site.pages["/work"] = """<!doctype html><title>Work</title>
            <button id="b" disabled onclick="fetch('/clicked', {method: 'POST'})">b</button>
            <script>fetch('/soon').then(() => { document.querySelector('#b').disabled = false })</script>"""
        self.site.pages["/clicked"] = self.count

    def count(self, request):
        self.clicks += 1
        self.site.send(request, 200, "")

    def ask(self, connection, session, count):
        connection.send("POST", f"/v1/sessions/{session}/act",
                        {"input": action("click", "#b"), "options": {"timeout": 60000}},
                        {"x-stainless-retry-count": str(count)})

    def click_whose_answer_is_lost(self, server, session):
        """The click is done and its answer sent, into a cable that is not plugged in."""
        self.assert_done(server.navigate(session, f"{self.site.url}/work"))
        connection = self.network.connection(server.port)
        self.ask(connection, session, 0)
        self.wait_until(lambda: server.metric("belay_sessions_in_use"), PATIENCE, "the click waits for its button")
        ip("link", "set", "cable", "down")
        self.site.soon.set()
        self.wait_until(lambda: self.clicks, PATIENCE, "it clicks")
        self.wait_until(lambda: not server.metric("belay_sessions_in_use"), PATIENCE, "and is done")
        return connection

    def test_a_retry_after_a_lost_answer_does_not_click_again(self):
        server = self.server("--insecure", env={"HOST": "0.0.0.0"})
        session = server.start()
        connection = self.click_whose_answer_is_lost(server, session)
        connection.close()  # the client has waited for long enough; nobody at the other end hears of that either
        ip("link", "set", "cable", "up")
        with self.network.connection(server.port) as again:
            self.ask(again, session, 1)
            answer = again.read("POST")
        self.assert_done(answer)
        self.assertEqual(self.clicks, 1)


class LostStarts(NetworkCase):
    def start_without_a_cable(self, server, headers=None):
        """A session is started and its answer sent, into a cable that is not plugged in."""
        slow, gate = os.path.join(server.folder, "slow-chromium"), os.path.join(server.folder, "gate")
        with open(slow, "w", encoding="utf-8") as script:
            script.write(f'#!/bin/sh\nwhile [ ! -e {gate} ]; do sleep 0.05; done\nexec {CHROMIUM} "$@"\n')
        os.chmod(slow, 0o755)
        connection = self.network.connection(server.port)
        connection.send("POST", "/v1/sessions/start", local(executablePath=slow, connectTimeoutMs=1000 * BUDGET), headers)
        self.wait_until(lambda: server.metric("belay_sessions_in_use"), PATIENCE, "its browser opens")
        ip("link", "set", "cable", "down")
        with open(gate, "w", encoding="utf-8"):
            pass
        self.wait_until(lambda: not server.metric("belay_sessions_in_use"), PATIENCE, "it is answered")
        self.assertEqual(server.metric("belay_sessions"), 1)
        return connection

    def sent_anew(self):
        """How often the server's kernel has tried to send what is not acknowledged, or never left (proc(5), /proc/net/tcp)."""
        address = "".join(f"{int(part):02X}" for part in reversed(CLIENT.split(".")))
        with open("/proc/net/tcp", encoding="ascii") as table:
            rows = [line.split() for line in table]
        return max((int(row[6], 16) + int(row[8]) for row in rows if row[2].startswith(address)), default=0)

    def test_a_start_whose_answer_is_lost_leaves_no_session(self):
        server = self.server("--insecure", env={"HOST": "0.0.0.0"})
        connection = self.start_without_a_cable(server)
        # After 200, 600 and 1400 ms: no acknowledgement is held back for that long.
        self.wait_until(lambda: self.sent_anew() >= 3, PATIENCE, "the server's kernel has tried again")
        connection.close()
        ip("link", "set", "cable", "up")
        self.wait_until(lambda: not server.metric("belay_sessions"), PATIENCE, "nobody knows its session")
        self.assertEqual(server.metric('belay_sessions_ended_total{reason="client"}'), 1)
        self.assertEqual(len(server.logged("answer of a start lost")), 1)

    def test_a_start_whose_answer_is_only_late_leaves_one(self):
        for headers in ({}, {"Connection": "close"}):
            with self.subTest(headers):
                server = self.server("--insecure", env={"HOST": "0.0.0.0"})
                with self.start_without_a_cable(server, headers) as connection:
                    ip("link", "set", "cable", "up")
                    answer = connection.read("POST")
                self.assert_done(answer)
                self.assert_done(server.navigate(answer.json["data"]["sessionId"], "about:blank"))


if __name__ == "__main__":
    if os.geteuid() != 0 or not shutil.which("ip") or LIBC.unshare(CLONE_NEWNET) != 0:
        print("SKIPPED: needs root, ip(8) of iproute2 and network namespaces", flush=True)
        sys.exit(77)
    ip("link", "set", "lo", "up")
    main()
