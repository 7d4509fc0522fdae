"""Time in tests. How fast something is, is measured in bench/. A test may tell "promptly" from "by waiting until a budget was
used up": then the budget is made long, a minute, and the answer must come long before. A machine ten times slower passes,
and what waits the budget out fails."""

PATIENCE = 30  # seconds for what must happen; nothing waits so long when all is well
BUDGET = 60  # seconds that what is to be prompt would have
CONNECTING = 15  # seconds that a browser or an endpoint has to get ready where a start names no connectTimeoutMs
PROMPT = 20  # seconds: before anything could wait a BUDGET out


def growing(ms):
    """Timeouts for what has to end by its timeout, but only after it has come some way first, which a slow machine may not
    manage in the shortest of them."""
    yield ms
    while (ms := 5 * ms) <= 30_000:
        yield ms


def timed_out(answer):
    return answer.status == 500 and b" timed out after " in answer.body
