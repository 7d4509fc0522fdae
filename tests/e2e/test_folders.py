"""Where a session's browser writes, what of it stays and what goes: its own folder, a profile of the caller's, downloads, and
what servers that are gone have left."""

import os
import re
import shlex
import shutil
import signal
import stat
import subprocess
import tempfile

import setup_path  # noqa: F401
from harness import proc
from harness.case import Background, ServerCase, main
from harness.patience import BUDGET, PATIENCE, PROMPT
from harness.server import BINARY, FOLDERS, action, local
from harness.tap import Chromium

# Shows in its title what it has kept of an earlier visit, and keeps something for the next.
KEEPER = """<!doctype html><title>?</title><script>
document.title = 'had ' + (document.cookie || 'no cookie') + ' and ' + (localStorage.getItem('kept') || 'nothing');
document.cookie = 'mark=' + location.search.slice(1) + '; max-age=1000000';
localStorage.setItem('kept', location.search.slice(1));
</script>"""
DOWNLOAD = """<!doctype html><title>Files</title><a id="get" href="/file" download>get</a>"""
ROOT = f"belay-{os.geteuid()}"


class Folders(ServerCase):
    def setUp(self):
        super().setUp()
        self.site.pages.update({"/keeper": KEEPER, "/files": DOWNLOAD, "/file": self.file})

    def file(self, request):
        self.site.send(request, 200, "content", [("Content-Disposition", 'attachment; filename="report.txt"')])

    def folder(self, prefix="belay-test-"):
        path = tempfile.mkdtemp(prefix=prefix, dir=FOLDERS)
        self.addCleanup(subprocess.run, ["rm", "-rf", path])
        return path

    def visit(self, server, mark, **launch):
        """One session that visits the keeper and ends at once; what the page had kept before."""
        had = []
        self.site.pages["/had"] = lambda request: (had.append(request.path.partition("?")[2]), self.site.send(request, 200, ""))
        # Told when the new cookie can be read: by then the browser has it, and not only the page.
        before = "const had = (document.cookie || 'none') + '+' + (localStorage.getItem('kept') || 'none');"
        after = "if (document.cookie.includes(location.search.slice(1))) fetch('/had?' + had);"
        self.site.pages["/keeper"] = KEEPER.replace("<script>", f"<script>{before}").replace("</script>", f"{after}</script>")
        session = server.start(local(**launch))
        self.assert_done(server.navigate(session, f"{self.site.url}/keeper?{mark}"))
        self.wait_until(lambda: had, PATIENCE, "the page has told what it had")
        answer = server.end(session)
        self.assertEqual(answer.status, 200, answer)
        self.assertLess(answer.seconds, PROMPT)
        return had[0]

    def script(self, server_folder, text):
        path = os.path.join(server_folder, "run-belay")
        with open(path, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n" + text)
        os.chmod(path, 0o755)
        return path

    def refused(self, server, launch, *words, status=500):
        answer = server.start_answer(local(**launch))
        self.assertEqual(answer.status, status, answer)
        for word in words:
            self.assertIn(word, answer.body.decode())
        self.assertEqual(server.browsers(), [])
        return answer

    # The session's own folder

    def test_a_session_writes_into_its_own_folder_only_and_leaves_nothing(self):
        home, tmp = self.folder(), self.folder()
        server = self.server(env={"HOME": home, "TMPDIR": tmp})
        session = server.start()
        self.assert_done(server.navigate(session, f"{self.site.url}/"))
        self.assertEqual(os.listdir(tmp), [ROOT])
        name, = server.profiles()
        self.assertEqual(stat.S_IMODE(os.stat(server.root).st_mode), 0o700)
        inside = os.listdir(os.path.join(server.root, name))
        self.assertTrue({"belay.lock", "home", "profile", "t"} <= set(inside), inside)
        singleton = os.readlink(os.path.join(server.root, name, "profile", "SingletonSocket"))
        self.assertTrue(singleton.startswith(os.path.join(server.root, name, "t")), singleton)
        self.assertEqual(server.end(session).status, 200)
        self.assertEqual((os.listdir(home), os.listdir(tmp), server.profiles()), ([], [ROOT], []))

    def test_a_killed_browser_leaves_nothing_either(self):
        home, tmp = self.folder(), self.folder()
        server = self.server(env={"HOME": home, "TMPDIR": tmp})
        server.start()
        for pid in server.browsers() or proc.browsers(tmp):
            proc.kill(pid)
        self.wait_until(lambda: not server.profiles(), PATIENCE, "its folder is gone")
        self.assertEqual((os.listdir(home), os.listdir(tmp)), ([], [ROOT]))

    def test_fonts_and_certificates_of_the_user_are_seen_and_not_touched(self):
        home = self.folder()
        os.makedirs(os.path.join(home, ".pki", "nssdb"))
        os.makedirs(os.path.join(home, ".fonts"))
        server = self.server(env={"HOME": home})
        session = server.start()
        own = os.path.join(server.root, server.profiles()[0], "home")
        self.assertEqual(os.readlink(os.path.join(own, ".pki")), os.path.join(home, ".pki"))
        self.assertEqual(os.readlink(os.path.join(own, ".fonts")), os.path.join(home, ".fonts"))
        self.assertEqual(server.end(session).status, 200)
        self.assertEqual(sorted(os.listdir(home)), [".fonts", ".pki"])
        self.assertEqual(os.listdir(os.path.join(home, ".pki")), ["nssdb"])

    def test_a_long_tmpdir_does_not_fail_a_start(self):
        base = self.folder()
        tmp = os.path.join(base, "x" * (100 - len(base)))
        os.mkdir(tmp)
        server = self.server(env={"TMPDIR": tmp})
        session = server.start()
        self.assert_done(server.navigate(session, f"{self.site.url}/"))
        line = proc.command_line(proc.browsers(server.folder)[0])
        own = re.search(r"--user-data-dir=(\S+)/profile", line).group(1)
        self.assertEqual(os.path.dirname(own), f"/tmp/{ROOT}")
        self.assertEqual(server.end(session).status, 200)
        self.assertFalse(os.path.exists(own))
        self.assertEqual(os.listdir(tmp), [])

    def test_a_root_that_is_not_ours_alone_is_refused_by_name(self):
        elsewhere = self.folder()

        def link(root):
            os.symlink(elsewhere, root)

        def open_to_all(root):
            os.mkdir(root)
            os.chmod(root, 0o755)

        def of_another_user(root):
            os.mkdir(root, 0o700)
            os.chown(root, 65534, 65534)

        def file(root):
            open(root, "w", encoding="ascii").close()

        cases = [(link, "it is a link or no folder"), (file, "it is a link or no folder"), (open_to_all, "mode 0755")]
        for make, words in cases + ([(of_another_user, "belongs to user 65534")] if os.geteuid() == 0 else []):
            with self.subTest(make.__name__):
                tmp = self.folder()
                make(os.path.join(tmp, ROOT))
                server = self.server(env={"TMPDIR": tmp})
                self.refused(server, {}, words, os.path.join(tmp, ROOT), "set TMPDIR")
                # The sweep goes on beside the server's work: it may tell this after the start was refused.
                self.wait_until(lambda: words in str(server.logged("leftover not removed")), PATIENCE, f"the sweep tells: {words}")
                subprocess.run(["rm", "-rf", os.path.join(tmp, ROOT)], check=True)
        self.assertEqual(os.listdir(elsewhere), [])

    # Downloads

    def test_a_download_that_nobody_gave_a_place_goes_with_the_session(self):
        home = self.folder()
        server = self.server(env={"HOME": home})
        for launch in ({}, {"acceptDownloads": True}, {"userDataDir": os.path.join(server.folder, "mine")}):
            with self.subTest(launch=launch):
                session = server.start(local(**launch))
                self.assert_done(server.navigate(session, f"{self.site.url}/files"))
                self.assert_done(server.act(session, action("click", "#get")))
                path = os.path.join(server.root, server.profiles()[0], "downloads", "report.txt")
                self.wait_until(lambda: os.path.exists(path), PATIENCE, "the file is in the session's folder")
                self.assertEqual(server.end(session).status, 200)
                self.assertEqual((os.listdir(home), server.profiles()), ([], []))

    def test_a_browser_with_a_window_leaves_nothing_in_the_users_folders_either(self):
        if not shutil.which("Xvfb"):
            self.skipTest("no Xvfb")
        reading, writing = os.pipe()
        screen = subprocess.Popen(["Xvfb", "-displayfd", str(writing), "-nolisten", "tcp"], pass_fds=[writing],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(screen.wait)
        self.addCleanup(screen.kill)
        os.close(writing)
        with os.fdopen(reading) as file:
            display = file.readline().strip()
        home, runtime = self.folder(), self.folder()
        server = self.server(env={"HOME": home, "XDG_RUNTIME_DIR": runtime, "DISPLAY": f":{display}"})
        session = server.start(local(headless=False))
        self.assert_done(server.navigate(session, f"{self.site.url}/files"))
        self.assert_done(server.act(session, action("click", "#get")))
        path = os.path.join(server.root, server.profiles()[0], "downloads", "report.txt")
        self.wait_until(lambda: os.path.exists(path), PATIENCE, "the file is in the session's folder")
        self.assertEqual(server.end(session).status, 200)
        self.assertEqual((os.listdir(home), os.listdir(runtime), server.profiles()), ([], [], []))

    def test_a_downloads_path_that_cannot_be_had_is_refused(self):
        server = self.server()
        file = os.path.join(server.folder, "file")
        open(file, "w", encoding="ascii").close()
        for path in ("/proc/x/y", file, os.path.join(file, "below"), "/proc"):
            with self.subTest(path=path):
                answer = self.refused(server, {"downloadsPath": path}, "downloadsPath must be a folder", status=400)
                issue, = answer.json["issues"]
                self.assertEqual((issue["code"], issue["path"]), ("custom", ["browser", "launchOptions", "downloadsPath"]))

    # Missing folders of the caller's

    def test_a_start_that_comes_to_nothing_leaves_no_folder_that_it_named(self):
        server = self.server()
        outer = os.path.join(server.folder, "outer")
        mine, downloads = os.path.join(outer, "a", "mine"), os.path.join(outer, "b", "downloads")
        self.refused(server, {"userDataDir": mine, "downloadsPath": "/proc/x"}, "downloadsPath must be", status=400)
        self.assertFalse(os.path.exists(outer))
        self.refused(server, {"userDataDir": mine, "downloadsPath": downloads, "executablePath": "/bin/false"}, "exit status 1")
        self.wait_until(lambda: not os.path.exists(outer), PATIENCE, "what was made for the launch is removed")

    def test_a_start_that_comes_to_nothing_leaves_what_another_session_names_too(self):
        server = self.server()
        downloads, run = os.path.join(server.folder, "b", "downloads"), os.path.join(server.folder, "run")
        os.mkfifo(run)
        first = Background(server.start_answer, local(
            downloadsPath=downloads, executablePath=self.script(server.folder, f'read line < "{run}"\nexit 1\n')))
        self.wait_until(lambda: os.path.isdir(downloads), PATIENCE, "the first start has made it")
        session = server.start(local(downloadsPath=downloads))
        with open(run, "w", encoding="ascii") as file:
            file.write("go\n")
        self.assertEqual(first.result().status, 500)
        self.wait_until(lambda: len(server.profiles()) == 1, PATIENCE, "what was made for the first is removed")
        self.assertTrue(os.path.isdir(downloads))
        self.assertEqual(server.end(session).status, 200)

    def test_a_start_that_the_end_of_the_server_cuts_off_leaves_no_folder_that_it_named(self):
        server = self.server()
        outer, run = os.path.join(server.folder, "outer"), os.path.join(server.folder, "run")
        os.mkfifo(run)
        mine = os.path.join(outer, "a", "mine")
        start = Background(server.start_answer, local(
            userDataDir=mine, downloadsPath=os.path.join(outer, "b"),
            executablePath=self.script(server.folder, f'read line < "{run}"\n')))
        self.wait_until(lambda: os.path.exists(os.path.join(outer, "b")), PATIENCE, "its folders are made")
        self.assertEqual(server.stop()[0], 0)
        self.assertEqual(start.result().status, 503)
        self.assertFalse(os.path.exists(outer))

    def test_a_start_whose_browser_dies_early_leaves_nothing_of_the_profile_that_was_made_for_it(self):
        server = self.server()
        outer = os.path.join(server.folder, "outer")
        mine, there = os.path.join(outer, "mine"), os.path.join(server.folder, "there")
        os.mkdir(there)
        open(os.path.join(there, "theirs"), "w", encoding="ascii").close()
        # A real one, killed as by want of memory: it has written most of a profile.
        path = self.script(server.folder, """
for word in "$@"; do case "$word" in --user-data-dir=*) profile="${word#--user-data-dir=}";; esac; done
chromium "$@" &
while [ ! -L "$profile/SingletonLock" ]; do sleep 0.01; done
kill -9 $!
wait $!
exit 1
""")
        self.refused(server, {"userDataDir": mine, "executablePath": path}, "ended before it was ready")
        self.wait_until(lambda: not os.path.exists(outer), PATIENCE, "what was made for the launch is removed")
        self.refused(server, {"userDataDir": there, "executablePath": path}, "ended before it was ready")
        self.wait_until(lambda: not server.profiles(), PATIENCE, "what was made for the launch is removed")
        self.assertIn("theirs", os.listdir(there))
        self.assertFalse(os.path.lexists(os.path.join(there, "SingletonLock")))

    def test_the_end_of_the_server_leaves_nothing_of_a_profile_that_a_start_under_way_has_made(self):
        server = self.server()
        outer = os.path.join(server.folder, "outer")
        mine, run = os.path.join(outer, "mine"), os.path.join(server.folder, "run")
        os.mkfifo(run)
        # Its endpoint is not named, so the start waits for it.
        path = self.script(server.folder, f'chromium "$@" 2> /dev/null < "{run}"\n')
        start = Background(server.start_answer, local(userDataDir=mine, executablePath=path))
        with open(run, "w", encoding="ascii"):
            self.wait_until(lambda: os.path.lexists(os.path.join(mine, "SingletonLock")), PATIENCE, "its browser writes there")
            self.assertEqual(server.stop()[0], 0)
        self.assertEqual(start.result().status, 503)
        self.assertFalse(os.path.exists(outer))

    def test_a_start_that_comes_out_makes_what_is_missing_of_the_folders_that_it_names(self):
        server = self.server()
        mine, downloads = os.path.join(server.folder, "a", "mine"), os.path.join(server.folder, "b", "downloads")
        session = server.start(local(userDataDir=mine, downloadsPath=downloads))
        self.assertEqual(server.end(session).status, 200)
        self.assertTrue(os.listdir(mine))
        self.assertEqual(os.listdir(downloads), [])

    # Profiles of the caller's

    def test_a_given_profile_has_what_was_stored_just_before_the_end(self):
        server = self.server()
        mine = os.path.join(server.folder, "mine")
        self.assertEqual(self.visit(server, "one", userDataDir=mine), "none+none")
        self.assertEqual(self.visit(server, "two", userDataDir=mine), "mark=one+one")
        self.assertEqual(self.visit(server, "three"), "none+none")
        self.assertNotIn("belay.lock", os.listdir(mine))

    def test_a_given_profile_has_what_was_stored_before_the_server_stopped(self):
        server = self.server()
        mine = os.path.join(server.folder, "mine")
        session = server.start(local(userDataDir=mine))
        self.assert_done(server.navigate(session, f"{self.site.url}/keeper?one"))
        self.assertEqual(server.stop()[0], 0)
        second = self.server()
        self.assertEqual(self.visit(second, "two", userDataDir=mine), "mark=one+one")

    def test_a_preserved_profile_has_it_too_and_is_there_to_be_named(self):
        server = self.server()
        self.assertEqual(self.visit(server, "one", preserveUserDataDir=True), "none+none")
        kept, = server.profiles()
        path = os.path.join(server.root, kept)
        self.assertEqual(self.visit(server, "two", userDataDir=path), "mark=one+one")
        subprocess.run(["rm", "-rf", path], check=True)

    def test_a_preserved_profile_of_a_start_that_failed_is_not_kept(self):
        server = self.server()
        self.refused(server, {"preserveUserDataDir": True, "executablePath": "/bin/false"}, "exit status 1")
        self.wait_until(lambda: not server.profiles(), PATIENCE, "nothing is kept")

    def test_a_stopped_browser_with_a_given_profile_is_killed_in_time(self):
        server = self.server("--close-timeout", "1s")
        session = server.start(local(userDataDir=os.path.join(server.folder, "mine")))
        for pid in server.browsers():
            proc.kill(pid, signal.SIGSTOP)
        answer = server.end(session)
        self.assertEqual(answer.status, 200, answer)
        self.assertLess(answer.seconds, PROMPT)
        self.wait_until(lambda: not server.processes_of_browsers() and not server.profiles(), PATIENCE, "nothing is left")

    def test_a_profile_that_cannot_be_had_is_refused_before_anything_is_launched(self):
        home = self.folder()
        server = self.server(env={"HOME": home})
        file = os.path.join(server.folder, "file")
        open(file, "w", encoding="ascii").close()
        own = os.path.join(home, ".config", "chromium")
        os.makedirs(own)
        cases = [("/proc/x", "cannot be made"), (file, "Not a directory"), (os.path.join(file, "below"), "cannot be made"),
                 (own, "the profile of this user's own browser")]
        if os.geteuid() == 0:
            other = os.path.join(server.folder, "other")
            os.mkdir(other)
            os.chown(other, 65534, 65534)
            cases.append((other, "belongs to user 65534"))
        for path, words in cases:
            with self.subTest(path=path):
                answer = self.refused(server, {"userDataDir": path}, words, "userDataDir must be", status=400)
                self.assertEqual(answer.json["issues"][0]["path"], ["browser", "launchOptions", "userDataDir"])
        self.assertEqual((os.listdir(home), os.listdir(own), server.profiles()), ([".config"], [], []))

    def test_a_profile_is_for_one_session_at_a_time_whoever_serves_it(self):
        server, second = self.server(), self.server()
        mine = os.path.join(server.folder, "mine")
        session = server.start(local(userDataDir=mine))
        for one in (server, second):
            answer = one.start_answer(local(userDataDir=mine))
            self.assertEqual(answer.status, 500, answer)
            self.assertIn(f"{mine} is in use by a session of process {server.pid}", answer.json["message"])
        self.assertEqual(len(server.browsers()), 1)
        self.assert_done(server.navigate(session, f"{self.site.url}/"))
        self.assertEqual(server.end(session).status, 200)
        self.assertEqual(second.end(second.start(local(userDataDir=mine))).status, 200)

    def test_a_profile_of_a_killed_server_can_be_used_again(self):
        server = self.server()
        mine = os.path.join(server.folder, "mine")
        server.start(local(userDataDir=mine))
        server.process.kill()
        server.process.wait()
        self.wait_until(lambda: not server.processes(), PATIENCE, "the browser is gone")
        second = self.server()
        self.assertEqual(second.end(second.start(local(userDataDir=mine))).status, 200)

    def test_a_browser_that_was_killed_leaves_no_mark_that_keeps_another_hosts_from_its_profile(self):
        server = self.server()
        mine = os.path.join(server.folder, "mine")
        server.start(local(userDataDir=mine))
        proc.kill(int(os.readlink(os.path.join(mine, "SingletonLock")).rpartition("-")[2]), signal.SIGKILL)
        self.wait_until(lambda: not server.profiles(), PATIENCE, "its session is gone")
        left = os.listdir(mine)
        self.assertEqual([name for name in left if name.startswith(("Singleton", "belay", ".belay"))], [])
        self.assertIn("Local State", left)

    def test_a_browser_that_is_not_ours_is_told_as_such(self):
        server = self.server()
        with Chromium() as foreign:
            self.refused(server, {"userDataDir": f"{foreign.folder}/profile"}, "another browser (process ", "uses it")
            self.assertTrue(foreign.alive())
        far = os.path.join(server.folder, "far")
        os.mkdir(far)
        os.symlink("far-host-4711", os.path.join(far, "SingletonLock"))
        self.refused(server, {"userDataDir": far}, "the host far-host (process 4711)", "remove SingletonLock")

    # Leftovers

    def leftovers(self, tmp, folders, files):
        for number in range(folders):
            path = os.path.join(tmp, ROOT, f"s-{number:06}", "profile")
            os.makedirs(path)
            for name in range(files):
                open(os.path.join(path, str(name)), "w", encoding="ascii").close()
        os.chmod(os.path.join(tmp, ROOT), 0o700)

    def test_leftovers_do_not_hold_up_the_end_of_the_server(self):
        for files in (300, 1000, 4000):  # more, where the sweep was done before the signal could come
            tmp = self.folder()
            self.leftovers(tmp, 60, files)
            server = self.server(env={"TMPDIR": tmp})
            self.assertEqual(server.stop()[0], 0)
            if server.profiles():
                break
        self.assertTrue(server.profiles(), "it ended only when all of them were gone")
        second = self.server(env={"TMPDIR": tmp})
        self.wait_until(lambda: not second.profiles(), PATIENCE, "swept")
        self.assertEqual(second.stop()[0], 0)

    def test_a_mount_in_a_leftover_holds_nothing_up(self):
        tmp = self.folder()
        self.leftovers(tmp, 2, 3)
        stuck = os.path.join(tmp, ROOT, "s-000000", "profile", "mounted")
        os.mkdir(stuck)
        if subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode:
            self.skipTest("no mounts here")
        inner = f"mount -t tmpfs none {shlex.quote(stuck)} && touch {shlex.quote(stuck)}/kept && exec {shlex.quote(BINARY)} \"$@\""
        path = self.script(tmp, f"exec unshare -m sh -c '{inner}' sh \"$@\"\n")
        server = self.server(env={"TMPDIR": tmp}, binary=path)
        self.wait_until(lambda: "s-000001" not in server.profiles(), PATIENCE, "the other one is swept")
        warning, = server.logged("leftover not removed")
        self.assertIn("something is mounted there", warning["error"])
        session = server.start()
        self.assertEqual(server.end(session).status, 200)
        code, took = server.stop()
        self.assertEqual(code, 0)
        self.assertLess(took, PROMPT)
        subprocess.run(["rm", "-rf", os.path.join(tmp, ROOT)], check=True)

    def test_a_server_of_another_pid_namespace_is_left_alone(self):
        if subprocess.run(["unshare", "--pid", "--fork", "--mount-proc", "true"], capture_output=True, check=False).returncode:
            self.skipTest("no PID namespaces here")
        first = self.server()
        session = first.start()
        before = first.profiles()
        path = self.script(self.folder(), f"exec unshare --pid --fork --kill-child --mount-proc {shlex.quote(BINARY)} \"$@\"\n")
        second = self.server(env={"TMPDIR": first.folder}, binary=path)
        second.logged()
        other = second.start()
        self.assertEqual(len(first.profiles()), 2)
        third = self.server(folder=first.folder)
        third.logged()
        self.assertEqual(third.end(third.start()).status, 200)
        self.assertTrue(set(before) < set(first.profiles()))
        self.assert_done(first.navigate(session, f"{self.site.url}/"))
        self.assert_done(second.navigate(other, f"{self.site.url}/"))
        self.assertEqual((first.end(session).status, second.end(other).status), (200, 200))
        self.wait_until(lambda: not first.profiles(), PATIENCE, "their folders are removed")
        self.assertEqual([one.stop()[0] for one in (first, third)], [0, 0])
        for pid in proc.children(second.pid):
            proc.kill(pid, signal.SIGTERM)
        second.process.wait(BUDGET)


if __name__ == "__main__":
    main()
