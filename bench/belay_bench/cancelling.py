"""Cancel: from its request to its answer, which comes when the operation has really stopped. The operations wait for a model, for an
element and for a server, none of which ever answers."""

import threading
import time

from harness.client import Connection
from harness.model import Model
from harness.server import action
from harness.site import Site

from .launching import start_body
from .stats import Comparison, Limit

PATIENCE = 10  # seconds until an operation must be under way


def _until(condition, what):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"cancel: {what} did not happen")
        time.sleep(0.002)


def _kinds(site, model):
    """[(verb, body, how often it has got to its wait)]"""
    return [("act", {"input": "click the next link", "options": model.options()}, lambda: len(model.requests)),
            ("act", {"input": action("click", "#never"), "options": {"timeout": 60000}}, None),
            ("navigate", {"url": f"{site.url}/never", "options": {"timeout": 60000}},
             lambda: sum(hit == "/never" for hit in site.hits))]


def _one(control, work, session, kind):
    verb, body, arrivals = kind
    before = arrivals() if arrivals else 0
    work.send("POST", f"/v1/sessions/{session}/{verb}", body)
    if arrivals:
        _until(lambda: arrivals() > before, f"the wait of {verb}")
    else:
        _until(lambda: b"\nbelay_sessions_in_use 1\n" in control.ask("GET", "/metrics").body, f"the {verb}")
        time.sleep(0.02)  # to its wait for the element
    cancel = control.ask("POST", f"/v1/sessions/{session}/cancel")
    told = work.read()
    if cancel.json != {"success": True, "data": {"cancelled": 1}} or told.status != 500:
        raise RuntimeError(f"cancel: {cancel}, {verb}: {told}")
    return cancel.seconds * 1000


def cancel(contestants, rounds):
    out = Comparison("cancel", "Cancel of an operation under way", "ms", "", limits=[Limit("p99", most=100)])
    site, model = Site(), Model()
    model.hold = threading.Event()
    try:
        with contestants.ours() as server, Connection(server.port) as control, Connection(server.port) as work:
            session = control.ask("POST", "/v1/sessions/start", start_body()).json["data"]["sessionId"]
            control.ask("POST", f"/v1/sessions/{session}/navigate", {"url": f"{site.url}/"})
            for round_number in range(rounds):
                kinds = _kinds(site, model)
                out.ours.append(_one(control, work, session, kinds[round_number % len(kinds)]))
            control.ask("POST", f"/v1/sessions/{session}/end")
    finally:
        model.close()
        site.close()
    return out
