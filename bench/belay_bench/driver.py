"""Runs a driver of bench/peers: a script that drives ours over HTTP and Stagehand in process, on pages of a site that runs in a
process of its own, and prints its figures as JSON."""

import contextlib
import json
import os
import subprocess


@contextlib.contextmanager
def _site(peers, script):
    process = subprocess.Popen([peers.node, peers.script(script)], stdout=subprocess.PIPE, text=True)
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def run(contestants, driver, site_script, wish, patience):
    """{row: {"ours": […], "theirs": […]}}"""
    peers = contestants.peers
    env = {**os.environ, "NODE_PATH": peers.modules, "HOME": contestants.folder, "TMPDIR": contestants.folder}
    with contestants.ours() as server, _site(peers, site_script) as site:
        whole = {"belay": server.url, "pid": server.process.pid, "site": site, "chromium": contestants.chromium,
                 "args": ["--no-sandbox"] if os.geteuid() == 0 else [], **wish}
        result = subprocess.run([peers.node, peers.script(driver), json.dumps(whole)], env=env, cwd=contestants.folder,
                                capture_output=True, text=True, timeout=patience)
    if result.returncode != 0:
        raise RuntimeError(f"the driver failed: {result.stderr.strip()[-1500:]}")
    return json.loads(result.stdout.splitlines()[-1])
