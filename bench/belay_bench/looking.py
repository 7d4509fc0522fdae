"""observe and act by instruction, beside Stagehand in process on the same pages, with a model that answers at once. The
driver is bench/peers/look.js."""

from . import driver
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


def look(contestants, rounds):
    peers = contestants.peers
    peer = f"stagehand {peers.version('@browserbasehq/stagehand')} in process"
    out = {name: Comparison(name, title, unit, peer, limits=[Limit("ratio", most=most)])
           for name, (title, unit, most) in ROWS.items()}
    figures = driver.run(contestants, "look.js", "look_site.js", {"rounds": rounds}, PATIENCE)
    for name, times in figures.items():
        out[name].ours, out[name].theirs = times["ours"], times["theirs"]
    return list(out.values())
