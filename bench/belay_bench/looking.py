"""observe and act by instruction, beside Stagehand in process on the same pages, with a model that answers at once. The
driver is bench/peers/look.js."""

import contextlib
import json
import os
import subprocess

from .stats import Comparison, Limit

PATIENCE = 400
ROWS = {  # name: (title, unit, most of the peer's)
    "observe_5000": ("observe, 5,000 elements", "ms", 0.25),
    "observe_20000": ("observe, 20,000 elements", "ms", 0.15),
    "act_tiny": ("act by instruction, tiny page at rest", "ms", 0.3),
    "act_polling": ("act by instruction, page that polls every 300 ms", "ms", 0.1),
    "processor_5000": ("Server's processor time per observe, 5,000 elements", "ms", 0.2),
    "processor_20000": ("Server's processor time per observe, 20,000 elements", "ms", 0.2),
    "prompt_5000": ("Characters that the model is sent, 5,000 elements", "chars", 0.6),
    "prompt_20000": ("Characters that the model is sent, 20,000 elements", "chars", 0.6),
    "memory": ("Memory of the server after all of it (VmRSS)", "MB", 0.15),
}


@contextlib.contextmanager
def _site(peers):
    process = subprocess.Popen([peers.node, peers.script("look_site.js")], stdout=subprocess.PIPE, text=True)
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def look(contestants, rounds):
    peers = contestants.peers
    peer = f"stagehand {peers.version('@browserbasehq/stagehand')} in process"
    out = {name: Comparison(name, title, unit, peer, limits=[Limit("ratio", most=most)])
           for name, (title, unit, most) in ROWS.items()}
    env = {**os.environ, "NODE_PATH": peers.modules, "HOME": contestants.folder, "TMPDIR": contestants.folder}
    with contestants.ours() as server, _site(peers) as site:
        wish = {"belay": server.url, "pid": server.process.pid, "site": site, "chromium": contestants.chromium,
                "rounds": rounds, "args": ["--no-sandbox"] if os.geteuid() == 0 else []}
        result = subprocess.run([peers.node, peers.script("look.js"), json.dumps(wish)], env=env, cwd=contestants.folder,
                                capture_output=True, text=True, timeout=PATIENCE)
    if result.returncode != 0:
        raise RuntimeError(f"the driver failed: {result.stderr.strip()[-1500:]}")
    for name, figures in json.loads(result.stdout.splitlines()[-1]).items():
        out[name].ours, out[name].theirs = figures["ours"], figures["theirs"]
    return list(out.values())
