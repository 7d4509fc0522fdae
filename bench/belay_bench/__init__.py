"""The comparisons of bench/: each runs Belay beside its peer, in turns, in one run."""
