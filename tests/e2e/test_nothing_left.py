"""Sessions of every kind, one after the other; afterwards TMPDIR, HOME, processes and descriptors are exactly as before.
BELAY_TEST_SESSIONS: how many, two of each kind by default."""

import os
import subprocess
import tempfile

import setup_path  # noqa: F401
from harness import proc
from harness.case import ServerCase, main
from harness.patience import PATIENCE
from harness.server import FOLDERS, Server, action, local

SESSIONS = int(os.environ.get("BELAY_TEST_SESSIONS", "14"))
DOWNLOAD = """<!doctype html><title>Files</title><a id="get" href="/file" download>get</a>"""


def listing(folder):
    """All that is in it, by path beneath it."""
    return sorted(os.path.relpath(os.path.join(where, name), folder)
                  for where, folders, files in os.walk(folder) for name in folders + files)


class NothingLeft(ServerCase):
    def setUp(self):
        super().setUp()
        self.site.pages.update({"/files": DOWNLOAD, "/file": lambda request: self.site.send(
            request, 200, "content", [("Content-Disposition", 'attachment; filename="report.txt"')])})
        self.folder = tempfile.mkdtemp(prefix="belay-test-", dir=FOLDERS)
        self.addCleanup(subprocess.run, ["rm", "-rf", self.folder])
        self.tmp, self.home, self.mine = (os.path.join(self.folder, name) for name in ("t", "home", "mine"))
        for path in (self.tmp, self.home):
            os.mkdir(path)
        self.running = None
        self.addCleanup(self.clean_up)
        self.start_server()

    def start_server(self):
        self.running = Server(folder=self.folder, env={"TMPDIR": self.tmp, "HOME": self.home})

    def clean_up(self):
        if self.running:
            self.running.clean_up()

    def state(self):
        """What there is, the server itself and its helper left out, since a server that was killed has another one."""
        server = self.running
        zombies = [pid for pid in proc.children(server.pid) if not proc.alive(pid)]
        return {"TMPDIR": listing(self.tmp), "HOME": listing(self.home), "processes": server.processes_of_browsers(),
                "zombies": zombies, "sessions": server.metric("belay_sessions")}

    def is_as(self, before, descriptors):
        """Connections of this test close a moment after their answers, so descriptors may be fewer than at first."""
        return self.state() == before and proc.open_files(self.running.pid) <= descriptors

    # The kinds

    def visit(self, **launch):
        session = self.running.start(local(**launch))
        self.assert_done(self.running.navigate(session, f"{self.site.url}/"))
        self.assert_done(self.running.act(session, action("fill", "#name", "a b")))
        return session

    def end(self, session):
        self.assertEqual(self.running.end(session).status, 200)

    def ordinary(self):
        self.end(self.visit())

    def crash(self):
        self.visit()
        for pid in self.running.browsers():
            proc.kill(pid)

    def killed_server(self):
        self.visit()
        self.visit(userDataDir=self.mine)
        before = self.running
        before.process.kill()
        before.process.wait()
        self.start_server()
        for reader in before._readers:  # of the pipes of a process that is gone
            reader.join(PATIENCE)
        before.process.stdout.close()
        before.process.stderr.close()
        self.ordinary()  # the helper is there from the first launch on

    def download(self):
        session = self.running.start(local())
        self.assert_done(self.running.navigate(session, f"{self.site.url}/files"))
        self.assert_done(self.running.act(session, action("click", "#get")))
        self.end(session)

    def given_profile(self):
        self.end(self.visit(userDataDir=self.mine))

    def preserved(self):
        self.end(self.visit(preserveUserDataDir=True))
        kept = [name for name in self.running.profiles() if name.startswith("kept-")]
        self.assertEqual(len(kept), 1)
        subprocess.run(["rm", "-rf", os.path.join(self.running.root, kept[0])], check=True)

    def failed_start(self):
        for launch in ({"executablePath": "/bin/false"}, {"executablePath": "/no/such"}, {"userDataDir": "/proc/x"},
                       {"preserveUserDataDir": True, "executablePath": "/bin/false"},
                       {"executablePath": "/bin/cat", "connectTimeoutMs": 100}):
            answer = self.running.start_answer(local(**launch))
            self.assertIn(answer.status, (400, 500), answer)

    def test_sessions_of_every_kind_leave_everything_as_it_was(self):
        kinds = (self.ordinary, self.crash, self.download, self.given_profile, self.preserved, self.failed_start,
                 self.killed_server)
        self.ordinary()  # the root of sessions, the helper
        self.wait_until(lambda: not (self.state()["processes"] or self.state()["zombies"]), PATIENCE,
                        "the first browser is gone")
        before, descriptors = self.state(), proc.open_files(self.running.pid)
        self.assertEqual(before["HOME"], [])
        for number in range(SESSIONS):  # stops at the first kind that leaves something
            kind = kinds[number % len(kinds)]
            kind()
            self.assertTrue(proc.wait_until(lambda: self.is_as(before, descriptors), PATIENCE),
                            f"{number} {kind.__name__}: {before}, {descriptors} before; {self.state()}, {proc.open_files(self.running.pid)} now")
            self.assertNotIn("belay.lock", os.listdir(self.mine) if kind == self.given_profile else [])
        code, _ = self.running.stop()
        self.assertEqual((code, self.running.cries()), (0, []))
        self.assertEqual(listing(self.tmp), before["TMPDIR"])
        self.assertEqual(proc.marked(self.folder), [])


if __name__ == "__main__":
    main()
