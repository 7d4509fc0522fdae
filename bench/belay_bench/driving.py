"""Navigate and click, beside Stagehand in process on the same page. The driver is bench/peers/drive.js."""

import contextlib
import json
import os
import subprocess

from .stats import Comparison, Limit

PATIENCE = 240


@contextlib.contextmanager
def _site(peers):
    process = subprocess.Popen([peers.node, peers.script("site.js")], stdout=subprocess.PIPE, text=True)
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def drive(contestants, navigations, clicks):
    peers = contestants.peers
    version = peers.version("@browserbasehq/stagehand")
    rows = {
        "navigate_load": ("Navigate, waitUntil load", f"stagehand {version} page.goto", 1.0),
        "navigate_domcontentloaded": ("Navigate, waitUntil domcontentloaded", f"stagehand {version} page.goto", 1.0),
        "act": ("Deterministic click (act with an Action)", f"stagehand {version} act with the same Action", 0.7),
        "click": ("The same beside the bare locator", f"stagehand {version} page.deepLocator().click()", None),
    }
    out = {name: Comparison(name, title, "ms", peer, limits=[Limit("ratio", most=most)] if most else [])
           for name, (title, peer, most) in rows.items()}
    env = {**os.environ, "NODE_PATH": peers.modules, "HOME": contestants.folder, "TMPDIR": contestants.folder}
    with contestants.ours() as server, _site(peers) as site:
        wish = {"belay": server.url, "site": site, "chromium": contestants.chromium, "navigations": navigations,
                "clicks": clicks, "args": ["--no-sandbox"] if os.geteuid() == 0 else []}
        result = subprocess.run([peers.node, peers.script("drive.js"), json.dumps(wish)], env=env, cwd=contestants.folder,
                                capture_output=True, text=True, timeout=PATIENCE)
    if result.returncode != 0:
        raise RuntimeError(f"the driver failed: {result.stderr.strip()[-1500:]}")
    for name, times in json.loads(result.stdout.splitlines()[-1]).items():
        out[name].ours, out[name].theirs = times["ours"], times["theirs"]
    return list(out.values())
