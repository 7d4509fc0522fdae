"""Click and fill, beside Puppeteer and Playwright in process on the same page. The driver is bench/peers/act.js."""

from . import driver
from .stats import Comparison, Limit

PATIENCE = 240


def act(contestants, clicks):
    puppeteer = f"puppeteer {contestants.peers.version('puppeteer-core')}"
    playwright = f"playwright {contestants.peers.version('playwright-core')}"
    rows = {
        "click_puppeteer": ("Click (act with an Action)", f"{puppeteer} page.click", 0.75),
        "click_puppeteer_locator": ("The same beside a locator", f"{puppeteer} page.locator().click", None),
        "click_playwright": ("The same beside Playwright", f"{playwright} page.click", 0.3),
        "fill_puppeteer": ("Fill (act with an Action)", f"{puppeteer} page.locator().fill", None),
        "fill_playwright": ("The same beside Playwright", f"{playwright} page.fill", None),
    }
    figures = driver.run(contestants, "act.js", "site.js", {"clicks": clicks}, PATIENCE)
    out = []
    for name, (title, peer, most) in rows.items():
        row = Comparison(name, title, "ms", peer, limits=[Limit("ratio", most=most)] if most else [])
        row.ours, row.theirs = figures[name]["ours"], figures[name]["theirs"]
        out.append(row)
    return out
