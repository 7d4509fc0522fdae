"""The table of a run."""

from .reasons import REASONS


def steps(episodes):
    counts = sorted(one.steps for one in episodes if one.solved)
    return str(counts[0]) if counts and counts[0] == counts[-1] else f"{counts[0]}–{counts[-1]}" if counts else ""


def reason(name, episodes):
    failed = [one for one in episodes if not one.solved]
    if episodes and not failed:
        return ""
    return REASONS.get(name) or (failed[0].why if failed else "no oracle is written")


def solved(episodes):
    return sum(one.solved for one in episodes)


def line(name, episodes):
    shown = [f"seed {one.seed}: reward {one.reward}, ended {one.ended}: {one.why} ({one.goal})" for one in episodes if not one.solved]
    return f"{name}: {solved(episodes)}/{len(episodes)} {steps(episodes)} {' | '.join(shown)[:600]}"


def text(results, seeds):
    whole = [name for name, episodes in results.items() if episodes and solved(episodes) == len(episodes)]
    some = [name for name, episodes in results.items() if 0 < solved(episodes) < len(episodes)]
    rows = [f"| {name} | {solved(episodes)} of {len(seeds)} | {steps(episodes)} | {reason(name, episodes).replace('|', '/')} |"
            for name, episodes in results.items()]
    head = (f"# MiniWoB++\n\n{len(whole)} of {len(results)} families solved with each of the seeds "
            f"{', '.join(map(str, seeds))}; {len(some)} more with some of them.\n\n"
            "| family | solved | steps | when not, why |\n|---|---|---|---|\n")
    return head + "\n".join(rows) + "\n"
