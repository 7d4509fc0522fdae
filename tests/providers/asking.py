"""What callers ask of Belay, and the page that it is about."""

from cases import AWKWARD, LOOSE

PAGE = """<!doctype html><meta charset=utf-8><title>Shop</title><style>button { position: fixed; left: 100px; width: 80px;
height: 40px } #buy { top: 300px } input { position: fixed; left: 100px; top: 200px; width: 200px; height: 30px }</style>
<h1>Shop</h1><label>Name <input id=who></label><button id=buy onclick="document.title = 'bought by ' + who.value">Buy</button>
<a href="/more">More</a><div style="height: 3000px"></div>"""
BODIES = {
    "act": lambda model: ("act", {"input": "click Buy", "options": {"model": model}}),
    "observe": lambda model: ("observe", {"instruction": "what can be bought", "options": {"model": model}}),
    "extract": lambda model: ("extract", {"instruction": "the order", "schema": AWKWARD,
                                          "options": {"model": model, "screenshot": True}}),
    "loose": lambda model: ("extract", {"instruction": "the sizes", "schema": LOOSE, "options": {"model": model}}),
    **{mode: lambda model, mode=mode: ("agentExecute", {"agentConfig": {"mode": mode, "model": model}, "executeOptions": {
        "instruction": "buy it"}}) for mode in ("dom", "hybrid", "cua")},
}
