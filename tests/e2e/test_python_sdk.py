"""The official Python SDK (PyPI `stagehand`) with our binary as its local server: start, navigate, act, stream, end and
a close in under 3 s, after which it would kill. Skipped when PyPI cannot be reached and nothing is installed yet."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest

import setup_path  # noqa: F401
from harness import proc, pypi
from harness.case import main
from harness.patience import PATIENCE
from harness.server import BINARY, CHROMIUM, FOLDERS
from harness.site import Site

HERE = os.path.dirname(os.path.abspath(__file__))
SDK = "stagehand>=3.19,<4"


class PythonSdk(unittest.TestCase):
    def drive(self, python, folder, url):
        """What sdk_session.py tells."""
        env = {"PATH": os.environ["PATH"], "HOME": folder, "TMPDIR": folder, "LANG": "C.UTF-8",
               "STAGEHAND_SEA_BINARY": BINARY, "CHROME_PATH": CHROMIUM,
               **({"BELAY_CHROMIUM_SANDBOX": "off"} if os.getuid() == 0 else {})}
        run = subprocess.run([python, os.path.join(HERE, "sdk_session.py"), url], env=env, cwd=folder,
                             capture_output=True, text=True, timeout=10 * PATIENCE, check=False)
        self.assertEqual(run.returncode, 0, run.stdout[-3000:] + run.stderr[-3000:])
        return json.loads(next(line for line in reversed(run.stdout.splitlines()) if line.startswith('{"start_s"')))

    def test_the_official_sdk_drives_a_session_and_leaves_nothing_behind(self):
        python = pypi.python_with("stagehand", SDK)
        folder = tempfile.mkdtemp(prefix="belay-sdk-", dir=FOLDERS)
        site = Site()
        try:
            for _ in range(4):
                told = self.drive(python, folder, f"{site.url}/")
                if told["close_s"] < 3:  # else this machine may have been too busy for the SDK's patience
                    break
            self.assertEqual((told["navigated"], told["filled"], told["ended"], told["bare_end"]), (True,) * 4, told)
            self.assertEqual(told["events"][:2], ["starting", "connected"])
            self.assertEqual(told["events"][-1], "finished")
            self.assertIn("running", told["events"])
            self.assertLess(told["close_s"], 3, "the SDK had to kill the server")  # which it does after 3 s
            left = lambda: [proc.command_line(pid) for pid in proc.marked(folder)] + [
                *os.listdir(os.path.join(folder, f"belay-{os.geteuid()}"))]
            self.assertTrue(proc.wait_until(lambda: not left(), PATIENCE), f"left behind: {left()}")
        finally:
            for pid in proc.marked(folder):
                proc.kill(pid)
            site.close()
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
