"""Who the server's parent is and what becomes its child: an end with the program that started it, PID 1, wrappers, signals
to a group."""

import os
import signal
import subprocess
import sys
import textwrap

import setup_path  # noqa: F401
from harness import proc
from harness.case import ServerCase, main
from harness.patience import BUDGET, PATIENCE, PROMPT
from harness.server import BINARY, Server, action, local

LONG = ("--drain-timeout", f"{BUDGET}s")


def script(server, name, text):
    path = os.path.join(server.folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\n" + textwrap.dedent(text))
    os.chmod(path, 0o700)
    return path


class ThroughAScript(Server):
    """The server is the child of a Python script, like that of an SDK."""

    def __init__(self, *flags):
        self.text = ("import subprocess, sys\n"
                     f"child = subprocess.Popen([{BINARY!r}, *sys.argv[1:]])\n"
                     "print('pid', child.pid, flush=True)\n"
                     "child.wait()\n")
        super().__init__("-c", self.text, *flags, binary=sys.executable, sandbox_off=False)

    @property
    def server_pid(self):
        return next(int(line.split()[1]) for line in self.lines if line.startswith("pid "))


class Parents(ServerCase):
    def ends_with(self, server, kill):
        self.assert_done(server.navigate(server.start(), f"{self.site.url}/"))
        pid = server.server_pid
        kill()
        self.wait_until(lambda: not proc.alive(pid), PATIENCE, "the server ends")
        self.assertTrue(proc.wait_until(lambda: not server.left_behind(), PATIENCE), f"left: {server.left_behind()}")

    def through_a_script(self, *flags):
        server = ThroughAScript("--chromium-sandbox=off", *flags)
        self.addCleanup(server.clean_up)
        return server

    def test_kill_9_of_the_script_ends_the_server_its_browsers_and_its_folders(self):
        server = self.through_a_script("--exit-with-parent")
        self.ends_with(server, server.process.kill)

    def test_without_the_flag_the_server_lives_on(self):
        server = self.through_a_script()
        pid = server.server_pid
        server.process.kill()
        server.process.wait()
        self.assertEqual(server.ask("GET", "/healthz").status, 200)
        os.kill(pid, signal.SIGTERM)
        self.wait_until(lambda: not proc.alive(pid), PATIENCE, "the server ends")

    def test_a_process_that_is_named_is_what_counts(self):
        with subprocess.Popen(["sleep", "1000"]) as other:
            server = self.through_a_script(f"--exit-with-parent={other.pid}")
            self.ends_with(server, other.kill)

    def test_sessions_in_use_get_their_time_when_the_parent_ends(self):
        server = self.through_a_script("--exit-with-parent", *LONG)
        session = server.start()
        self.assert_done(server.navigate(session, f"{self.site.url}/?soon"))
        call = self.in_background(server.act, session, action("click", "#soon"), timeout=1000 * BUDGET)
        self.wait_until(lambda: server.metric("belay_sessions_in_use"), PATIENCE, "the act is under way")
        server.process.kill()
        self.wait_until(lambda: server.ask("GET", "/readyz").status == 503, PATIENCE, "the end of the parent is a signal")
        self.site.soon.set()
        self.assert_done(call.result(PROMPT))
        self.wait_until(lambda: not proc.alive(server.server_pid), PATIENCE, "the server ends")

    def test_what_a_careless_parent_leaves_to_it_does_no_harm(self):
        careless = ("import os, signal, sys\n"
                    "signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
                    "os.close(0)\n"
                    f"os.execv({BINARY!r}, [{BINARY!r}, '--chromium-sandbox=off', *sys.argv[1:]])\n")
        server = self.server("-c", careless, binary=sys.executable, sandbox_off=False)
        self.assertEqual(os.readlink(f"/proc/{server.pid}/fd/0"), "/dev/null")
        session = server.start()
        self.assert_done(server.navigate(session, f"{self.site.url}/"))
        self.assertEqual(server.end(session).status, 200)
        self.wait_until(lambda: not server.profiles(), PATIENCE, "its folder is gone")
        self.assertEqual(server.logged("browser was killed"), [])

    def test_one_that_does_not_exist_is_an_error(self):
        gone = subprocess.Popen(["true"])
        gone.wait()
        said = subprocess.run([BINARY, f"--exit-with-parent={gone.pid}", "--port=0"], capture_output=True, text=True,
                              timeout=PATIENCE, check=False)
        self.assertEqual(said.returncode, 1, said)
        self.assertIn(f"--exit-with-parent: process {gone.pid} cannot be watched: No such process", said.stderr)


class Orphans(ServerCase):
    def test_as_pid_1_there_are_no_zombies(self):
        if os.system("unshare --pid --fork --mount-proc true 2>/dev/null") != 0:
            self.skipTest("no PID namespaces here")
        server = Server("--pid", "--fork", "--mount-proc", "--kill-child", BINARY, "--chromium-sandbox=off",
                        binary="/usr/bin/unshare", sandbox_off=False)
        self.addCleanup(server.clean_up)
        init = proc.children(server.pid)[0]
        for _ in range(10):
            session = server.start()
            self.assert_done(server.navigate(session, f"{self.site.url}/"))
            self.assertEqual(server.end(session).status, 200)
        # Zombies, and what was adopted and has not ended yet, such as Chromium's crash handler.
        others = lambda: [line for line in map(proc.command_line, proc.children(init)) if "--belay-reaper" not in line]
        self.wait_until(lambda: not others(), PATIENCE, f"nothing but the reaper: {others()}")
        os.kill(init, signal.SIGTERM)
        self.assertEqual(server.process.wait(PROMPT), 0)
        self.assertTrue(proc.wait_until(lambda: not server.left_behind(), PATIENCE), f"left: {server.left_behind()}")

    def leaves_its_session(self, server):
        """Chromium in a session of its own, so in no group that the server knows."""
        path = script(server, "leaver", 'setsid /usr/bin/chromium "$@" & wait\n')
        return server.start(local(executablePath=path))

    def test_a_browser_that_left_its_group_ends_with_its_session(self):
        server = self.server()
        session = self.leaves_its_session(server)
        other = server.start()
        self.assertEqual(server.end(session).status, 200)
        self.wait_until(lambda: len(server.browsers()) == 1, PATIENCE, "one browser is left, the other session's")
        self.assert_done(server.navigate(other, f"{self.site.url}/"))
        self.wait_until(lambda: len(server.profiles()) == 1, PATIENCE, "its folder is gone")

    def test_what_left_its_group_is_dead_before_its_folder_is_removed(self):
        again = "import os\nwhile True:\n  os.makedirs(os.environ['TMPDIR'] + '/again', exist_ok=True)\n"
        for _ in range(5):
            server = self.server()
            path = script(server, "leaver", f'setsid /usr/bin/python3 -c "{again}" &\nsetsid /usr/bin/chromium "$@" & wait\n')
            server.start(local(executablePath=path))
            self.assertEqual(server.stop()[0], 0)
            self.assertTrue(proc.wait_until(lambda: not server.left_behind(), PATIENCE), f"left: {server.left_behind()}")

    def test_a_browser_that_left_its_group_ends_with_the_server(self):
        server = self.server()
        self.leaves_its_session(server)
        self.assertEqual(server.stop()[0], 0)
        self.assertTrue(proc.wait_until(lambda: not server.left_behind(), PATIENCE), f"left: {server.left_behind()}")

    def test_a_browser_that_left_its_group_goes_after_kill_9_of_the_server(self):
        server = self.server()
        self.leaves_its_session(server)
        server.process.kill()
        server.process.wait()
        self.assertTrue(proc.wait_until(lambda: not server.left_behind(), PATIENCE), f"left: {server.left_behind()}")

    def test_a_stopped_reaper_is_replaced(self):
        server = self.server()
        server.start()
        reapers = lambda: [pid for pid in proc.children(server.pid) if "--belay-reaper" in proc.command_line(pid)]
        first = reapers()
        proc.kill(first[0], signal.SIGSTOP)
        self.wait_until(lambda: reapers() and reapers() != first and not proc.alive(first[0]), PATIENCE, "another one runs")
        server.process.kill()
        server.process.wait()
        self.assertTrue(proc.wait_until(lambda: not server.left_behind(), PATIENCE), f"left: {server.left_behind()}")

    def test_a_signal_to_the_servers_group_does_not_reach_the_browsers(self):
        server = self.server(*LONG)
        session = server.start()
        self.assert_done(server.navigate(session, f"{self.site.url}/?soon"))
        call = self.in_background(server.act, session, action("click", "#soon"), timeout=1000 * BUDGET)
        self.wait_until(lambda: server.metric("belay_sessions_in_use"), PATIENCE, "the act is under way")
        os.killpg(server.pid, signal.SIGTERM)
        self.wait_until(lambda: server.ask("GET", "/readyz").status == 503, PATIENCE, "it drains")
        self.site.soon.set()
        self.assert_done(call.result(PROMPT))
        self.assertEqual(server.process.wait(PROMPT), 0)


if __name__ == "__main__":
    main()
