"""Writes a run down: every sample as JSON, the medians and verdicts as a table."""

import json
import os

from .stats import median, percentile


def _number(value):
    return f"{value:,.0f}" if value >= 1000 else f"{value:.1f}" if value >= 20 else f"{value:.2f}"


def _pair(comparison, samples):
    """Median and the bad end: p99 of times and sizes, p1 of rates."""
    if not samples:
        return "–"
    if len(samples) == 1:
        return _number(samples[0])
    end, share = ("p1", 0.01) if comparison.unit == "/s" else ("p99", 0.99)
    return f"{_number(median(samples))} ({end} {_number(percentile(samples, share))})"


def _verdict(comparison):
    if comparison.skipped:
        return f"skipped: {comparison.skipped}"
    words = []
    for limit, _, holds in comparison.verdicts():
        words.append(f"{limit.text(comparison.unit)}: {'yes' if holds else 'not reached' if limit.goal else 'NO'}")
    return ", ".join(words) or "no promise"


def _row(comparison):
    ratio = comparison.ratio()
    cells = [f"{comparison.title}, {comparison.unit}", _pair(comparison, comparison.ours),
             _pair(comparison, comparison.theirs), f"{ratio:.2f}×" if ratio is not None else "–", comparison.peer or "–",
             _verdict(comparison)]
    return "| " + " | ".join(cells) + " |"


def table(comparisons):
    head = ["| | Belay | peer | ratio | the peer is | promise |", "|---|---|---|---|---|---|"]
    return "\n".join(head + [_row(comparison) for comparison in comparisons])


def as_markdown(machine, comparisons, programs):
    lines = ["# The last run", "",
             "Written by `bench/run`; every sample is in `latest.json`, how each figure is taken in `../README.md`.", "",
             f"{machine['date']}, commit {machine['commit']}: {machine['processors']} processors "
             f"({machine['processor']}), Linux {machine['kernel']}, {machine['chromium']}. Load before the run "
             f"{machine['load_before']:g}, while it ran up to {machine['load_most']:g}"
             + (" (the machine was not idle: read the ratios, not the figures)." if machine["load_before"] > 0.5 else "."),
             "", "Medians, with the 99th percentile (of few samples: the worst).", "", table(comparisons), ""]
    for program in programs:
        lines += [f"## {program.name}", "", "```", program.text.rstrip(), "```", ""]
    return "\n".join(lines)


def as_json(machine, comparisons, programs=()):
    rows = {}
    for c in comparisons:
        row = {"title": c.title, "unit": c.unit, "peer": c.peer}
        if c.skipped:
            row["skipped"] = c.skipped
        else:
            row |= {"ratio": round(c.ratio(), 4) if c.ratio() is not None else None,
                    "ours": [round(v, 3) for v in c.ours], "theirs": [round(v, 3) for v in c.theirs]}
        rows[c.name] = row
    session = {program.name: program.times for program in programs}
    text = json.dumps({"machine": machine, "comparisons": rows, "session": session}, indent=1)
    # One line for a list of samples, not one for each.
    return _flat_lists(text) + "\n"


def _flat_lists(text):
    out, inside = [], False
    for line in text.split("\n"):
        if inside:
            out[-1] += line.strip() + (" " if line.endswith(",") else "")
            inside = not line.strip().startswith("]")
        else:
            out.append(line)
            inside = line.endswith("[")
    return "\n".join(out)


def write(folder, machine, comparisons, programs):
    os.makedirs(folder, exist_ok=True)
    for name, text in (("latest.json", as_json(machine, comparisons, programs)),
                       ("latest.md", as_markdown(machine, comparisons, programs))):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
