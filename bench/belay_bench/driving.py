"""Navigate and click, beside Stagehand in process on the same page. The driver is bench/peers/drive.js."""

from . import driver
from .stats import Comparison, Limit

PATIENCE = 240


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
    figures = driver.run(contestants, "drive.js", "site.js", {"navigations": navigations, "clicks": clicks}, PATIENCE)
    for name, times in figures.items():
        out[name].ours, out[name].theirs = times["ours"], times["theirs"]
    return list(out.values())
