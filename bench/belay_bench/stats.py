"""Medians, 99th percentiles and verdicts of what was measured."""

import dataclasses
import math


def median(samples):
    ordered = sorted(samples)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def percentile(samples, share):
    """By nearest rank; of fewer than a hundred samples the 99th percentile is the largest."""
    ordered = sorted(samples)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


@dataclasses.dataclass
class Limit:
    """One promise: `of` is "ours" (our figure itself), "p99" (our 99th percentile) or "ratio" (our figure by the peer's)."""
    of: str
    most: float | None = None
    least: float | None = None
    goal: bool = False  # wished for, not promised

    def holds(self, value):
        return (self.most is None or value <= self.most) and (self.least is None or value >= self.least)

    def text(self, unit):
        bound, sign = (self.most, "≤") if self.most is not None else (self.least, "≥")
        return f"{'p99 ' if self.of == 'p99' else ''}{sign} {bound:g}{'×' if self.of == 'ratio' else ' ' + unit}{' (goal)' if self.goal else ''}"


@dataclasses.dataclass
class Comparison:
    name: str
    title: str
    unit: str
    peer: str  # "" when there is none
    ours: list = dataclasses.field(default_factory=list)
    theirs: list = dataclasses.field(default_factory=list)
    limits: list = dataclasses.field(default_factory=list)
    skipped: str = ""
    share: float | None = None  # which percentile is compared; None: the medians are

    def figure(self, samples):
        return median(samples) if self.share is None else percentile(samples, self.share)

    def ratio(self):
        return self.figure(self.ours) / self.figure(self.theirs) if self.ours and self.theirs else None

    def value(self, limit):
        if limit.of == "ratio" or not self.ours:
            return self.ratio()
        return percentile(self.ours, 0.99) if limit.of == "p99" else self.figure(self.ours)

    def verdicts(self):
        """[(limit, value, whether it holds)], of those that could be measured."""
        found = [(limit, self.value(limit)) for limit in self.limits]
        return [(limit, value, limit.holds(value)) for limit, value in found if value is not None]

    def missed(self):
        return [limit for limit, _, holds in self.verdicts() if not holds and not limit.goal]
