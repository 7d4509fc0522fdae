"""Calls that fail in the server's own process: open, clone, threads, epoll, rename, write, descriptors, processes. Each time the
real binary goes on: it answers, errors where it must, and an ordinary session works when the fault is over."""

import errno
import mmap
import os
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness.case import main  # noqa: E402
from harness.client import Closed  # noqa: E402
from harness.patience import PATIENCE  # noqa: E402
from harness.server import BINARY, FOLDERS, Server, action, local  # noqa: E402
from preloaded import Preloaded  # noqa: E402

# As in faults.c; and what such a call says when it fails in earnest.
CALLS = {"open": errno.EMFILE, "openat": errno.EMFILE, "clone": errno.EAGAIN, "pthread_create": errno.EAGAIN,
         "epoll_ctl": errno.ENOSPC, "eventfd": errno.EMFILE, "rename": errno.EIO, "renameat2": errno.EIO,
         "write": errno.ENOSPC, "mkdir": errno.ENOSPC, "mkdirat": errno.ENOSPC, "pipe2": errno.EMFILE,
         "socketpair": errno.EMFILE, "socket": errno.EMFILE}
UNCALLED = ("pthread_create", "eventfd", "rename", "renameat2", "socketpair")  # once the server runs: they fail together
ROW = struct.Struct("4i")
EACH = bool(os.environ.get("BELAY_TEST_EACH_FAULT"))  # a browser of its own to see after each fault that all is well


class Table:
    """The file that the library and the test share."""

    def __init__(self, path):
        self.path = path
        with open(path, "wb") as file:
            file.write(bytes(4 + ROW.size * len(CALLS)))
        with open(path, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), 0)

    def place(self, call):
        return 4 + ROW.size * list(CALLS).index(call)

    def fail(self, call, skip=0):
        ROW.pack_into(self.map, self.place(call), CALLS[call], skip, 0, 0)

    def heal(self, call):
        _, _, seen, failed = ROW.unpack_from(self.map, self.place(call))
        ROW.pack_into(self.map, self.place(call), 0, 0, 0, 0)
        return seen, failed


class Faults(Preloaded):
    SOURCE = "faults"

    def faulty_server(self):
        table = Table(os.path.join(self.folder, f"table-{self.id()}"))
        server = self.server(env={"LD_PRELOAD": self.library, "BELAY_TEST_FAULTS": table.path})
        return server, table

    @staticmethod
    def whatever(function, *arguments, **named):
        """The answer, or nothing: a connection that is cut off is as good as an error."""
        try:
            return function(*arguments, **named)
        except (Closed, OSError):
            return None

    def attempt(self, server, body):
        """A start and what follows it, whatever comes of it. Whether the start was well."""
        answer = self.whatever(server.start_answer, body, timeout=PATIENCE)
        if answer and answer.status == 200:
            session = answer.json["data"]["sessionId"]
            self.whatever(server.navigate, session, f"{self.site.url}/")
            self.whatever(server.end, session)
        return bool(answer) and answer.status == 200

    def leaves_nothing(self, server):
        """What could not be removed while a call failed is left to the next server's sweep."""
        if server.process.poll() is None:
            self.assertEqual(server.stop()[0], 0, server.errors)
        if server.left_behind():
            self.wait_until(lambda: not server.processes(), PATIENCE, "its processes are gone")
            sweeping = Server(folder=server.folder, binary=server.binary)
            self.wait_until(lambda: not server.profiles(), PATIENCE, "its folders are swept")
            sweeping.stop()
        super().leaves_nothing(server)

    def attach_by_name(self):
        return local(cdpUrl=f"http://localhost:{self.chromium.port}")

    def works(self, server, after, last=True):
        """An ordinary session. After all but the last of several faults it may be one of a browser that is there already:
        what a fault has spoilt for a launch stays spoilt, and the last one shows it."""
        self.assertIsNone(server.process.poll(), f"{after}: the server ended: {server.errors}")
        session = server.start(local() if last or EACH else self.attach_by_name())
        self.assert_done(server.navigate(session, f"{self.site.url}/"))
        self.assertEqual(server.end(session).status, 200)

    def test_each_call_may_fail(self):
        server, table = self.faulty_server()
        other = server.start()
        self.assert_done(server.navigate(other, f"{self.site.url}/"))
        failed = {}
        rounds = [(call,) for call in CALLS if EACH or call not in UNCALLED] + ([] if EACH else [UNCALLED])
        for calls in rounds:
            with self.subTest(calls):
                for call in calls:
                    table.fail(call)
                self.attempt(server, local())
                self.attempt(server, self.attach_by_name())
                self.whatever(server.act, other, action("click", "#go"))
                failed.update({call: table.heal(call)[1] for call in calls})
                self.works(server, calls, last=calls == rounds[-1])
                self.assert_done(server.navigate(other, f"{self.site.url}/"))
        print(f"failed: {failed}", flush=True)
        # These are what a start and an attach need.
        for call in ("clone", "epoll_ctl", "socket"):
            self.assertGreater(failed[call], 0, failed)

    def test_the_second_and_the_third_call_may_fail(self):
        server, table = self.faulty_server()
        calls = ("epoll_ctl", "pipe2", "openat", "socket", "mkdirat", "write")
        for call in calls:
            for skip in (1, 2):
                table.fail(call, skip)
                self.attempt(server, local())
                self.attempt(server, self.attach_by_name())
                table.heal(call)
            with self.subTest(call):
                self.works(server, call, last=call == calls[-1])

    def limited(self, server, which, limit, uid=None):
        as_user = ["setpriv", "--reuid", str(uid), "--regid", str(uid), "--clear-groups"] if uid else []
        prlimit = [*as_user, "prlimit", "--pid", str(server.pid)]
        before = subprocess.run([*prlimit, f"--{which}", "--output", "SOFT", "--noheadings", "--raw"], check=True,
                                capture_output=True, text=True).stdout.strip()
        subprocess.run([*prlimit, f"--{which}={limit}:"], check=True)
        started = self.attempt(server, local())
        self.attempt(server, self.attach_by_name())
        subprocess.run([*prlimit, f"--{which}={before}:"], check=True)
        return started

    def test_without_descriptors_and_without_room_for_files(self):
        server = self.server()
        used = len(os.listdir(f"/proc/{server.pid}/fd"))
        for more in (1, 3, 6):
            self.assertFalse(self.limited(server, "nofile", used + more))
            self.works(server, f"{more} descriptors", last=False)
        self.limited(server, "fsize", 0)
        self.works(server, "no file may grow")

    def test_at_the_limit_of_processes(self):
        if os.geteuid() != 0:
            self.skipTest("the limit is another user's")
        uid = 54321
        folder = tempfile.mkdtemp(prefix="belay-test-", dir=FOLDERS)
        os.chown(folder, uid, uid)
        wrapper = os.path.join(self.folder, "as-other")
        with open(wrapper, "w") as file:
            file.write(f"#!/bin/sh\nexec setpriv --reuid {uid} --regid {uid} --clear-groups {BINARY} \"$@\"\n")
        os.chmod(wrapper, 0o755)
        os.chmod(self.folder, 0o755)
        server = self.server(folder=folder, binary=wrapper)
        self.works(server, "nothing yet")
        self.assertFalse(self.limited(server, "nproc", 1, uid))
        self.works(server, "no process may start")


if __name__ == "__main__":
    main()
