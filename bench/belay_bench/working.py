"""An agent's run of fifteen steps beside Stagehand in process on the same pages, with a model that answers at once. The driver is
bench/peers/agent.js."""

from . import driver
from .stats import Comparison, Limit

PATIENCE = 500
ROWS = {  # name: (title, unit, limits)
    "run": ("agent, a run of 15 steps", "ms", [Limit("ratio", most=0.5)]),
    "chars": ("Characters that the model is sent over the run", "chars", [Limit("ratio", most=0.6)]),
    "step": ("agent, a step without its model and its page", "ms", [Limit("ours", most=2)]),
    "memory": ("Memory of the server after the runs (VmRSS)", "MB", []),  # told, not promised
}


def work(contestants, rounds):
    peers = contestants.peers
    peer = f"stagehand {peers.version('@browserbasehq/stagehand')} in process"
    out = {name: Comparison(f"agent_{name}", title, unit, peer, limits=limits) for name, (title, unit, limits) in ROWS.items()}
    figures = driver.run(contestants, "agent.js", "agent_site.js", {"rounds": rounds}, PATIENCE)
    for name, samples in figures.items():
        out[name].ours, out[name].theirs = samples["ours"], samples["theirs"]
    return list(out.values())
