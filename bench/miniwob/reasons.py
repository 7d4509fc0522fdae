"""Why a family is not solved, where the run itself cannot tell."""

REASONS = {}
