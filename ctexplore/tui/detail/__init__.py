"""One event: summary, JSON tree, what belongs with it."""
