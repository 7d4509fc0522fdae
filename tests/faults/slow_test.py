"""Calls that wait: for a file system, a name, a process, a peer. Made on the loop's thread each sleeps, and keeps everybody
waiting; in the ordinary life of sessions there is none."""

import mmap
import os
import shutil
import signal
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness.case import main  # noqa: E402
from harness.patience import PATIENCE  # noqa: E402
from harness.server import action, local  # noqa: E402
from preloaded import Preloaded  # noqa: E402

SLEEP = 150  # ms: longer than what the log tells of
HEAD = struct.Struct("3i")  # as in slow.c: whose, armed, how many
CALLS, NAME = 64, 120


class Table:
    """The file that the library and the test share."""

    def __init__(self, path):
        self.path = path
        with open(path, "wb") as file:
            file.write(bytes(HEAD.size + CALLS * NAME))
        with open(path, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), 0)

    def arm(self, milliseconds):
        struct.pack_into("i", self.map, 4, milliseconds)

    def calls(self):
        """What slept since the last time."""
        seen = HEAD.unpack_from(self.map)[2]
        struct.pack_into("i", self.map, 8, 0)
        at = [HEAD.size + i * NAME for i in range(min(seen, CALLS))]
        return [self.map[i:i + NAME].split(b"\0")[0].decode() for i in at]


class Slow(Preloaded):
    SOURCE = "slow"

    def setUp(self):
        super().setUp()
        self.table = Table(os.path.join(self.folder, f"table-{self.id()}"))
        self.slow = self.server("--capacity-route", env={"LD_PRELOAD": self.library, "BELAY_TEST_SLOW": self.table.path})
        self.addCleanup(self.table.arm, 0)  # how it ends is not looked at
        self.table.arm(SLEEP)

    def nobody_waited(self, what):
        with self.subTest(what):
            self.assertEqual(self.table.calls(), [])

    def served(self, launch, work=None):
        session = self.slow.start(local(**launch))
        self.assert_done(self.slow.navigate(session, f"{self.site.url}/"))
        if work:
            work(session)
        self.assertEqual(self.slow.end(session).status, 200)

    def folder_of(self, name):
        return os.path.join(self.folder, name)

    def test_a_busy_time(self):
        slow = self.slow
        self.served({})
        self.nobody_waited("an ordinary session")
        named = self.folder_of("named.txt")
        with open(named, "w") as file:
            file.write("a file")

        def work(session):
            self.assert_done(slow.act(session, action("setInputFiles", "#file", named)))
            slow.operation(session, "extract", {})
            slow.ask("GET", f"/v1/sessions/{session}/replay")
        self.site.pages["/"] = "<title>upload</title><input type=file id=file>"
        self.served({}, work)
        self.nobody_waited("a file is uploaded, a page extracted, a replay told")
        for launch in ({"userDataDir": self.folder_of("profile")}, {"preserveUserDataDir": True},
                       {"downloadsPath": self.folder_of("downloads"), "acceptDownloads": True}):
            self.served(launch)
            self.nobody_waited(launch)
        for kept in slow.profiles():
            shutil.rmtree(os.path.join(slow.root, kept), ignore_errors=True)
        hanging = self.folder_of("hanging")
        with open(hanging, "w") as file:
            file.write("#!/bin/sh\nsleep 1000\n")
        os.chmod(hanging, 0o755)
        for launch in ({"userDataDir": "/proc/none"}, {"executablePath": "/nowhere/chromium"}, {"headless": False},
                       {"executablePath": "/bin/false"}, {"executablePath": hanging, "connectTimeoutMs": 300}):
            self.assertNotEqual(slow.start_answer(local(**launch)).status, 200, launch)
            self.nobody_waited(f"a start that fails: {launch}")
        for host in ("localhost", "127.0.0.1"):
            session = slow.start(local(cdpUrl=f"http://{host}:{self.chromium.port}"))
            self.assert_done(slow.navigate(session, f"{self.site.url}/"))
            self.assertEqual(slow.end(session).status, 200)
        self.assertNotEqual(slow.start_answer(local(cdpUrl="http://no-such-name.invalid:1")).status, 200)
        self.assertNotEqual(slow.start_answer(local(cdpUrl=f"https://localhost:{self.chromium.port}")).status, 200)
        self.nobody_waited("attached by name")
        for path in ("/metrics", "/healthz", "/capacity"):
            slow.ask("GET", path)
        self.nobody_waited("scraped")
        session = slow.start()
        os.kill(slow.browsers()[0], signal.SIGKILL)
        self.wait_until(lambda: not slow.browsers() and not slow.profiles(), PATIENCE, "a browser that died is cleared away")
        slow.navigate(session, f"{self.site.url}/")
        self.nobody_waited("a browser died")
        self.assertEqual([line for line in slow.lines if '"kind":"blocked"' in line], [])


if __name__ == "__main__":
    main()
