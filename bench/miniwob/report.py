"""What is kept of a run, and its table."""

from .reasons import REASONS


def kept(name, episodes, seeds):
    """A family's outcome, as results/miniwob.json has it."""
    steps = sorted(one.steps for one in episodes if one.solved)
    failed = [one for one in episodes if not one.solved]
    why = "" if episodes and not failed else REASONS.get(name) or (failed[0].why if failed else "no oracle is written")
    return {"solved": len(episodes) - len(failed), "seeds": len(seeds), "steps": steps[:1] + steps[-1:] if steps else [], "why": why}


def told(episodes):
    """What happened in the episodes that failed, for whoever runs it."""
    return " / ".join(f"seed {one.seed}: reward {one.reward}, ended {one.ended}: {one.why} ({one.goal})"
                      for one in episodes if not one.solved)[:600]


def steps_text(one):
    return "" if not one["steps"] else "–".join(str(n) for n in sorted(set(one["steps"])))


def text(results):
    whole = sum(one["solved"] == one["seeds"] for one in results.values())
    some = sum(0 < one["solved"] < one["seeds"] for one in results.values())
    head = (f"# MiniWoB++\n\n{whole} of {len(results)} families are solved with each seed, {some} more with some of them "
            "([what this is](../README.md#miniwob)).\n\n| family | solved | steps | when not, why |\n|---|---|---|---|\n")
    return head + "".join(f"| {name} | {one['solved']} of {one['seeds']} | {steps_text(one)} | {one['why'].replace('|', '/')} |\n"
                          for name, one in sorted(results.items()))
